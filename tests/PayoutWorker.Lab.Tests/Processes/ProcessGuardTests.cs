using System.Globalization;
using PayoutWorker.Lab.Processes;
using static PayoutWorker.Lab.Tests.Processes.Shell;

namespace PayoutWorker.Lab.Tests.Processes;

/// <summary>Kills a process of Lab with SIGKILL and looks at what is left.</summary>
[CancelAfter(90_000)]
internal sealed class ProcessGuardTests
{
    [TestCase(Signal.Kill, "--postgres")]
    [TestCase(Signal.Term, "--postgres")]
    [TestCase(Signal.Kill)]
    public async Task Nothing_outlives_the_holder(Signal signal, params string[] options)
    {
        var token = TestContext.CurrentContext.CancellationToken;
        var lab = typeof(ProcessGuard).Assembly.Location;
        await using var holder = ChildProcess.Start(new ChildProcessOptions("dotnet", [lab, "hold", .. options]));
        await holder.WaitForLineAsync(line => line == "ready", TimeSpan.FromSeconds(60), token);
        var lines = holder.Tail(10).Where(line => line.Contains(' ', StringComparison.Ordinal));
        var held = lines.Select(line => line.Split(' ', 2)).ToLookup(word => word[0], word => word[1]);
        int[] ids =
        [
            .. held["child"].Concat(held["postgres"]).Select(id => int.Parse(id, CultureInfo.InvariantCulture)),
        ];
        string[] folders = [.. held["folder"], .. held["data"]];
        int[] all = [.. ids, .. await UnixProcess.ChildrenOfAsync(ids[^1], token)];
        Assert.That(ids, Has.Length.EqualTo(1 + options.Length));
        // Not all: the server has helpers that come and go.
        Assert.That(ids.All(UnixProcess.IsRunning));
        Assert.That(folders, Has.Length.EqualTo(1 + options.Length).And.All.Exist);

        await holder.SignalAsync(signal, token);

        await Poll.UntilAsync("the processes to be gone", () => !all.Any(UnixProcess.IsRunning), Patience, token);
        await Poll.UntilAsync("the folders to be gone", () => !folders.Any(Directory.Exists), Patience, token);
    }

    [Test]
    public async Task A_process_that_is_forgotten_and_a_folder_that_is_kept_stay(CancellationToken token)
    {
        // The guard's own words, given by hand: the end of its input is our death.
        var folder = Directory.CreateTempSubdirectory("payouts-lab-keep-");
        await using var forgotten = ChildProcess.Start(Script("sleep 600"));
        await using var watched = ChildProcess.Start(Script("sleep 600"));
        var script = await ReadGuardAsync(token);
        var words =
            $"pid {forgotten.Id}\ndir {folder.FullName}\npid {watched.Id}\n"
            + $"forget {forgotten.Id}\nforgetdir {folder.FullName}\n";
        var input = Path.GetTempFileName();
        await File.WriteAllTextAsync(input, words, token);

        var guard = Script($"exec <'{input}'\n{script}");
        await ChildProcess.RunAsync(guard, token);

        await Poll.UntilAsync("the watched process to be gone", () => watched.HasExited, Patience, token);
        Assert.That(UnixProcess.IsRunning(forgotten.Id));
        Assert.That(folder.FullName, Does.Exist);
        folder.Delete();
        File.Delete(input);
    }

    private static async Task<string> ReadGuardAsync(CancellationToken token)
    {
        using var reader = new StreamReader(typeof(ProcessGuard).Assembly.GetManifestResourceStream("guard.sh")!);
        return await reader.ReadToEndAsync(token);
    }
}
