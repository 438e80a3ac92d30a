using System.Globalization;
using PayoutWorker.Lab.Processes;
using static PayoutWorker.Lab.Tests.Processes.Shell;

namespace PayoutWorker.Lab.Tests.Processes;

[CancelAfter(60_000)]
internal sealed class ChildProcessTests
{
    [Test]
    public async Task The_id_is_the_program_s_own(CancellationToken token)
    {
        await using var child = ChildProcess.Start(Script("echo $$"));

        var line = await child.WaitForLineAsync(_ => true, Patience, token);

        Assert.That(int.Parse(line, CultureInfo.InvariantCulture), Is.EqualTo(child.Id));
    }

    [Test]
    public async Task Arguments_and_environment_arrive_unchanged(CancellationToken token)
    {
        var options = new ChildProcessOptions("/bin/sh", ["-c", "echo \"<$1> <$NOTE>\"", "sh", "a 'b' $c \"d\""])
        {
            Environment = new Dictionary<string, string?> { ["NOTE"] = "x y" },
        };

        var result = await ChildProcess.RunAsync(options, token);

        Assert.That(result.Output, Is.EqualTo(new[] { "<a 'b' $c \"d\"> <x y>" }));
    }

    [Test]
    public async Task Both_outputs_and_the_exit_code_are_kept(CancellationToken token)
    {
        var result = await ChildProcess.RunAsync(Script("echo one; echo two >&2; exit 7"), token);

        Assert.That(result.ExitCode, Is.EqualTo(7));
        Assert.That(result.Output, Is.EquivalentTo(new[] { "one", "two" }));
        Assert.That(() => result.OrThrow(), Throws.InvalidOperationException.With.Message.Contains("two"));
    }

    [Test]
    public async Task Only_the_last_lines_are_kept(CancellationToken token)
    {
        var options = Script("for i in 1 2 3 4 5; do echo $i; done") with { LinesKept = 2 };

        var result = await ChildProcess.RunAsync(options, token);

        Assert.That(result.Output, Is.EqualTo(new[] { "4", "5" }));
    }

    [Test]
    public async Task A_log_file_gets_every_line(CancellationToken token)
    {
        var path = Path.GetTempFileName();
        try
        {
            await ChildProcess.RunAsync(Script("echo 1; echo 2; echo 3") with { LogFile = path, LinesKept = 1 }, token);

            Assert.That(await File.ReadAllLinesAsync(path, token), Is.EqualTo(new[] { "1", "2", "3" }));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public async Task A_stopped_process_says_nothing_until_it_is_continued(CancellationToken token)
    {
        await using var child = ChildProcess.Start(Script("while :; do echo tick; sleep 0.02; done"));
        await child.WaitForLineAsync(line => line == "tick", Patience, token);

        await child.SignalAsync(Signal.Stop, token);
        await Poll.UntilAsync("the process to stop", () => UnixProcess.StateOf(child.Id) == "T", Patience, token);

        await child.SignalAsync(Signal.Cont, token);
        await Poll.UntilAsync(
            "the process to go on",
            () => UnixProcess.StateOf(child.Id) is "S" or "R",
            Patience,
            token
        );
    }

    [TestCase(Signal.Int, 0)]
    [TestCase(Signal.Term, 0)]
    [TestCase(Signal.Kill, 137)]
    public async Task A_signal_reaches_the_program(Signal signal, int exitCode, CancellationToken token)
    {
        await using var child = ChildProcess.Start(
            Script(
                "trap 'echo INT; exit 0' INT; trap 'echo TERM; exit 0' TERM; echo ready; while :; do sleep 0.02; done"
            )
        );
        await child.WaitForLineAsync(line => line == "ready", Patience, token);

        await child.SignalAsync(signal, token);

        Assert.That(await child.WaitForExitAsync(token).WaitAsync(Patience, token), Is.EqualTo(exitCode));
        if (exitCode == 0)
            Assert.That(child.Tail(1), Is.EqualTo(new[] { signal.ToString().ToUpperInvariant() }));
    }

    [Test]
    public async Task Disposing_kills_what_ignores_the_request_to_end_and_what_it_started(CancellationToken token)
    {
        int[] ids;
        await using (
            var child = ChildProcess.Start(
                Script("trap '' TERM; sleep 600 & echo $!; while :; do sleep 0.1; done") with
                {
                    StopTimeout = TimeSpan.FromMilliseconds(200),
                }
            )
        )
        {
            var helper = await child.WaitForLineAsync(_ => true, Patience, token);
            ids = [child.Id, int.Parse(helper, CultureInfo.InvariantCulture)];
            Assert.That(ids.All(UnixProcess.IsRunning));
        }

        await Poll.UntilAsync("both to be gone", () => !ids.Any(UnixProcess.IsRunning), Patience, token);
    }

    [Test]
    public async Task A_program_that_ends_without_the_line_is_reported_with_its_output(CancellationToken token)
    {
        await using var child = ChildProcess.Start(Script("echo the reason; exit 1"));

        Assert.That(
            () => child.WaitForLineAsync(line => line == "ready", Patience, token),
            Throws.InvalidOperationException.With.Message.Contains("the reason")
        );
    }

    [Test]
    public async Task A_line_that_does_not_come_is_a_timeout(CancellationToken token)
    {
        await using var child = ChildProcess.Start(Script("sleep 600"));

        Assert.That(
            () => child.WaitForLineAsync(_ => true, TimeSpan.FromMilliseconds(50), token),
            Throws.TypeOf<TimeoutException>()
        );
    }

    [Test]
    public void A_missing_program_is_named() =>
        Assert.That(
            () => ChildProcess.Start(new ChildProcessOptions("no-such-program", [])),
            Throws.TypeOf<FileNotFoundException>().With.Message.Contains("no-such-program")
        );
}
