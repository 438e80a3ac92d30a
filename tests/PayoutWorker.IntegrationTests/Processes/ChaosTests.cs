using PayoutWorker.Lab.Chaos;

namespace PayoutWorker.IntegrationTests.Processes;

/// <summary>A short chaos run; <c>./payouts chaos</c> does the same for as long as one likes.</summary>
[NonParallelizable]
internal sealed class ChaosTests
{
    [Test]
    public async Task Whatever_dies_nobody_is_paid_twice_and_every_row_says_what_the_bank_did()
    {
        var options = new ChaosOptions(TimeSpan.FromSeconds(10), Seed: 131, Workers: 2, Payouts: 300)
        {
            PauseMin = TimeSpan.FromMilliseconds(200),
            PauseMax = TimeSpan.FromMilliseconds(900),
            Patience = TimeSpan.FromSeconds(90),
            AllowInstall = Environment.IsPrivilegedProcess,
        };
        var run = new ChaosRun(options, TestContext.Progress, TimeProvider.System);

        var verdict = await run.RunAsync(CancellationToken.None);

        Assert.That(verdict.IsRight, string.Join('\n', ChaosReport.Lines(run.Tally, verdict)));
        Assert.Multiple(() =>
        {
            Assert.That(verdict.Settled, Is.GreaterThan(150));
            Assert.That(run.Tally.Of("SIGKILL of a worker"), Is.Positive);
            Assert.That(run.Tally.Of("SIGSTOP of a worker beyond its lease"), Is.Positive);
            Assert.That(run.Tally.Of("SIGKILL of PostgreSQL"), Is.Positive);
            Assert.That(run.Tally.Of("network to the bank: CutAnswer"), Is.Positive);
        });
    }
}
