namespace PayoutWorker.Host;

/// <summary>What was asked cannot be done; the message says why and what to do. Shown without a stack trace.</summary>
internal sealed class StartException(string message, int exitCode = ExitCode.CannotStart) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
