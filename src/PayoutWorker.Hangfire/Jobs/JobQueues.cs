namespace PayoutWorker.HangfireScheduling.Jobs;

/// <summary>Each has threads of its own, so that a bad day's notes cannot keep payouts waiting, nor the reverse.</summary>
internal static class JobQueues
{
    public const string Drive = "drive";
    public const string Notes = "notes";
}
