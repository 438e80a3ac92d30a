using PayoutWorker.Lab.Matrix;
using PayoutWorker.Lab.Simulation.Faults;
using PayoutWorker.Payouts;

namespace PayoutWorker.Lab.Tests.Matrix;

/// <summary>Every single fault at every phase, and the page that tells of it.</summary>
internal sealed class FaultMatrixTests
{
    private static readonly Strike Never = new(Boundary.Send, FaultKind.AnswerLost) { States = [PayoutState.Held] };
    private static readonly Strike Lost = new(Boundary.Send, FaultKind.RequestLost) { States = [PayoutState.Starting] };

    [Test]
    public void Every_cell_is_as_the_page_says_and_the_page_is_of_today()
    {
        var root = RepositoryRoot.Find();
        var tried = MatrixRun.Run(MatrixRows.All);

        Assert.That(MatrixRun.Wrongs(tried, root), Is.Empty);
        Assert.That(tried.Count(one => one.Result is not null), Is.GreaterThan(400));
        Assert.That(
            File.ReadAllText(Path.Combine(root, MatrixPage.Path)).ReplaceLineEndings("\n"),
            Is.EqualTo(MatrixPage.Of(tried)),
            "write it anew with ./payouts matrix"
        );
    }

    [Test]
    public void A_fault_that_does_not_fire_is_no_cell() =>
        Assert.That(
            CellRun.Run(CellOf("Q", "paid", Never), Phase.Start, Way.TwoStep).Problems,
            Is.EqualTo(new[] { "the fault did not fire" })
        );

    [TestCase("Q", "paid", "start left 2 times")]
    [TestCase("N", "paid", "expected create to leave again")]
    [TestCase("T", "paid", "waited for the quarantine")]
    [TestCase("R", "held:mismatch", "expected it to end held:mismatch, got paid")]
    public void A_cell_that_promises_something_else_is_wrong(string codes, string end, string problem) =>
        Assert.That(
            CellRun.Run(CellOf(codes, end, Lost), Phase.Start, Way.TwoStep).Problems,
            Has.Count.EqualTo(1).And.One.Contains(problem)
        );

    [Test]
    public void The_same_cell_goes_the_same_way()
    {
        var once = CellRun.Run(CellOf("R", "paid", Lost), Phase.Start, Way.TwoStep, tracing: true);
        var again = CellRun.Run(CellOf("R", "paid", Lost), Phase.Start, Way.TwoStep, tracing: true);

        Assert.That(once.Problems, Is.Empty);
        Assert.That(once.Trace, Has.Some.Contains("FAULT RequestLost at starting"));
        Assert.That(again.Trace, Is.EqualTo(once.Trace));
    }

    private static Cell CellOf(string codes, string end, Strike strike) =>
        new(codes, end, _ => new Plant { Strikes = [strike] });
}
