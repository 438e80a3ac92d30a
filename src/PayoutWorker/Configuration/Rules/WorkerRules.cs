using PayoutWorker.HangfireScheduling;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Configuration.Rules;

internal static class WorkerRules
{
    public static void Check(WorkerConfiguration configuration, Findings findings)
    {
        if (configuration.Worker.Name is { } name && (name.Length > 100 || name.Any(char.IsControl)))
            findings.Add(
                "Worker:Name",
                "at most 100 characters on one line",
                $"{name.Length} characters",
                "Shorten it; it stands in leases and in the history."
            );
        if (configuration.Worker.MemoryFile is null && configuration.Bank.Environment == BankEnvironment.Live)
            findings.Add(
                "Worker:MemoryFile",
                "a file on a disk that outlives the process",
                "nothing",
                "Without it a restored database could be paid from again; see docs/operations.md."
            );
        if (configuration.Worker.Scheduler == SchedulerChoice.Hangfire && HangfireModule.ReasonForAbsence is { } reason)
            findings.Add(
                "Worker:Scheduler",
                "Auto or BuiltIn",
                $"Hangfire ({reason})",
                "Build where its packages can be restored, or use BuiltIn: payouts go through it in the same way."
            );
        if (
            configuration.Guard.SenderBik is var bik
            && bik != "none"
            && (bik.Length != 9 || !bik.All(char.IsAsciiDigit))
        )
            findings.Add("Guard:SenderBik", "9 digits or none", $"'{bik}'", "Leave it out for Bank 131's own.");
    }
}
