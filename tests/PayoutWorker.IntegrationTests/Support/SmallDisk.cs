using System.Globalization;
using PayoutWorker.Lab.Postgres;
using PayoutWorker.Lab.Processes;

namespace PayoutWorker.IntegrationTests.Support;

/// <summary>A file system of its own, of a size that can be filled up. Mounting it takes root.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    private string Filler => Path.Combine(Folder, "filler");

    /// <summary>Null where this process may mount nothing.</summary>
    public static async Task<SmallDisk?> TryMountAsync(int megabytes)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            return null;
        var account = ServerAccount.Choose();
        var folder = await account.CreateFolderAsync(CancellationToken.None);
        var owner = account.UserId is null ? "" : $",uid={account.UserId},gid={account.GroupId}";
        var size = string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m,mode=700");
        var mount = await ChildProcess.RunAsync(
            new ChildProcessOptions("mount", ["-t", "tmpfs", "-o", size + owner, "tmpfs", folder]),
            CancellationToken.None
        );
        if (mount.ExitCode == 0)
            return new SmallDisk(folder);
        Directory.Delete(folder);
        return null;
    }

    /// <summary>Somebody else's file takes all the room that is left.</summary>
    public void Fill()
    {
        try
        {
            using var file = File.Create(Filler, bufferSize: 1);
            var block = new byte[4096];
            while (true)
                file.Write(block);
        }
        catch (IOException)
        {
            // Full, which was the point.
        }
    }

    public void Free() => File.Delete(Filler);

    public async ValueTask DisposeAsync()
    {
        var unmount = await ChildProcess.RunAsync(
            new ChildProcessOptions("umount", ["--lazy", Folder]),
            CancellationToken.None
        );
        unmount.OrThrow();
        Directory.Delete(Folder);
        ProcessGuard.Instance.ForgetFolder(Folder);
    }
}
