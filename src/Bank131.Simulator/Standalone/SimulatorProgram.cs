using System.Globalization;
using System.Security.Cryptography;

namespace Bank131.Simulator;

/// <summary>The simulator as a program of its own.</summary>
internal static class SimulatorProgram
{
    public const string Usage = """
        Bank131.Simulator --config FILE [--port N] [--scale X]

          --config FILE   projects, keys, delays, policies, faults (JSON)
          --port N        overrides the file's port; 0 takes a free one
          --scale X       multiplies every duration of the bank, e.g. 0.01
        """;

    /// <summary>Runs until the token is cancelled. 0: ended cleanly, 2: wrong arguments or configuration.</summary>
    public static async Task<int> RunAsync(string[] args, TextWriter output, CancellationToken cancellationToken)
    {
        SimulatorOptions options;
        try
        {
            options = Options(args);
        }
        catch (InvalidDataException e)
        {
            await output.WriteLineAsync(e.Message);
            await output.WriteLineAsync(Usage);
            return 2;
        }
        try
        {
            await using var simulator = await BankSimulator.StartAsync(options, cancellationToken);
            await output.WriteLineAsync($"bank simulator listens on {simulator.BaseAddress}");
            await output.FlushAsync(cancellationToken);
            await UntilCancelledAsync(cancellationToken);
            await output.WriteLineAsync($"paid {simulator.Ledger.Count} payouts, {simulator.Ledger.Total} minor units");
            return 0;
        }
        catch (Exception e) when (e is IOException or CryptographicException or ArgumentException)
        {
            await output.WriteLineAsync($"cannot start: {e.Message}");
            return 2;
        }
    }

    private static async Task UntilCancelledAsync(CancellationToken cancellationToken)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.Register(() => ended.TrySetResult());
        await ended.Task;
    }

    private static SimulatorOptions Options(string[] args)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Length; i += 2)
        {
            if (args[i] is not ("--config" or "--port" or "--scale") || i + 1 == args.Length)
                throw new InvalidDataException($"not understood: {args[i]}");
            given[args[i]] = args[i + 1];
        }
        if (!given.TryGetValue("--config", out var file))
            throw new InvalidDataException("--config is required");
        var options = SimulatorConfig.Read(file);
        if (given.TryGetValue("--port", out var text))
            options = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                ? options with
                {
                    Port = port,
                }
                : throw new InvalidDataException($"--port: expected a number, got {text}");
        if (given.TryGetValue("--scale", out text))
            options =
                double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var scale) && scale >= 0
                    ? options with
                    {
                        Scale = scale,
                    }
                    : throw new InvalidDataException($"--scale: expected a number from 0, got {text}");
        return options;
    }
}
