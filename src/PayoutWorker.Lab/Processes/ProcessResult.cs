namespace PayoutWorker.Lab.Processes;

/// <summary>How a program ended, with the last lines that it wrote to either output.</summary>
internal sealed record ProcessResult(string Program, int ExitCode, IReadOnlyList<string> Output)
{
    /// <summary>Throws, with the output, unless the program ended with 0.</summary>
    public ProcessResult OrThrow() =>
        ExitCode == 0
            ? this
            : throw new InvalidOperationException(
                $"{Program} ended with {ExitCode}:{Environment.NewLine}{string.Join(Environment.NewLine, Output)}"
            );
}
