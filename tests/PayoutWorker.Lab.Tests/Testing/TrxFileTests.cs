using System.Xml.Linq;
using PayoutWorker.Lab.Testing;

namespace PayoutWorker.Lab.Tests.Testing;

internal sealed class TrxFileTests
{
    [Test]
    public void Every_kind_of_failure_counts_and_is_named()
    {
        var summary = Read(
            "Failed",
            "total='9' executed='8' passed='4' failed='1' error='1' timeout='1' aborted='1'",
            """
            <UnitTestResult testName="Adds" outcome="Passed" />
            <UnitTestResult testName="Pays_twice" outcome="Failed">
              <Output><ErrorInfo><Message>Expected: 1 But was: 2</Message></ErrorInfo></Output>
            </UnitTestResult>
            <UnitTestResult testName="Hangs" outcome="Timeout" />
            """
        );

        Assert.That(summary.Line, Is.EqualTo("4 passed, 4 failed, 1 skipped"));
        Assert.That(summary.IsSuccess, Is.False);
        Assert.That(
            summary.Failures,
            Is.EqualTo(
                new TestFailure[] { new("Pays_twice", "Expected: 1 But was: 2"), new("Hangs", "without a message") }
            )
        );
    }

    [Test]
    public void Skipped_tests_are_no_failure_and_are_named_only_when_there_are_some()
    {
        Assert.That(Read("Completed", "total='3' executed='3' passed='3'").Line, Is.EqualTo("3 passed, 0 failed"));

        var summary = Read("Completed", "total='3' executed='1' passed='1'");
        Assert.That(summary.Line, Is.EqualTo("1 passed, 0 failed, 2 skipped"));
        Assert.That(summary.IsSuccess);
    }

    [TestCase("Failed")]
    [TestCase("Aborted")]
    public void A_crashed_host_that_counted_nothing_is_a_failure(string outcome)
    {
        var info = "<RunInfos><RunInfo><Text>Test host process crashed</Text></RunInfo></RunInfos>";

        var summary = Read(outcome, "total='0' executed='0' passed='0'", "", info);

        Assert.That(summary.Line, Is.EqualTo("0 passed, 1 failed"));
        Assert.That(summary.Failures.Single().Message, Is.EqualTo("Test host process crashed"));
    }

    [TestCase(1, "5 passed, 1 failed")]
    [TestCase(0, "5 passed, 0 failed")]
    public void An_exit_code_without_a_failed_test_counts_as_one(int exitCode, string line) =>
        Assert.That(new TestSummary(5, 0, 0, []).WithExitCode(exitCode).Line, Is.EqualTo(line));

    [Test]
    public void An_exit_code_adds_nothing_to_failed_tests() =>
        Assert.That(new TestSummary(5, 2, 0, []).WithExitCode(1).Failed, Is.EqualTo(2));

    [Test]
    public void A_run_without_a_test_is_no_success() => Assert.That(TestSummary.Empty.IsSuccess, Is.False);

    [Test]
    public void All_files_of_a_folder_are_summed()
    {
        var folder = Directory.CreateTempSubdirectory("payouts-lab-trx-");
        Document("Completed", "total='2' executed='2' passed='2'").Save(Path.Combine(folder.FullName, "a.trx"));
        Document("Failed", "total='2' executed='2' passed='1' failed='1'").Save(Path.Combine(folder.FullName, "b.trx"));

        Assert.That(TrxFile.ReadFolder(folder.FullName).Line, Is.EqualTo("3 passed, 1 failed"));
        folder.Delete(recursive: true);
    }

    [Test]
    public async Task The_sum_is_the_last_line()
    {
        await using var output = new StringWriter();
        await new TestSummary(1, 1, 0, [new("Pays_twice", "no")]).WriteAsync(output);

        var lines = output.ToString().TrimEnd('\n').Split('\n');
        Assert.That(lines, Does.Contain("FAILED Pays_twice"));
        Assert.That(lines[^1], Is.EqualTo("1 passed, 1 failed"));
    }

    [TestCase("Pays_twice", "FullyQualifiedName~Pays_twice")]
    [TestCase("Name=Pays", "Name=Pays")]
    [TestCase("Category!=slow", "Category!=slow")]
    [TestCase(null, null)]
    public void A_part_of_a_name_becomes_an_expression(string? filter, string? expression) =>
        Assert.That(TestRun.FilterExpression(filter), Is.EqualTo(expression));

    private static TestSummary Read(string outcome, string counters, string results = "", string infos = "") =>
        TrxFile.Read(Document(outcome, counters, results, infos), "some.trx");

    private static XDocument Document(string outcome, string counters, string results = "", string infos = "") =>
        XDocument.Parse(
            $"""
            <TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
              <Results>{results}</Results>
              <ResultSummary outcome="{outcome}"><Counters {counters} />{infos}</ResultSummary>
            </TestRun>
            """
        );
}
