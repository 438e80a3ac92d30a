using System.Reflection;
using System.Security.Cryptography;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Run;

/// <summary>Who this process is, in leases, in the history and in the table of nodes.</summary>
internal sealed record WorkerIdentity(string Name, string Version)
{
    public static WorkerIdentity Of(WorkerSettings settings) => new(settings.Name ?? NewName(), ProgramVersion);

    public static string ProgramVersion { get; } =
        typeof(WorkerIdentity)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion.Split('+')[0]
        ?? "unknown";

    // In containers every process id is 1 and host names repeat, so a random part makes it unique.
    private static string NewName() =>
        $"{Environment.MachineName}-{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}";
}
