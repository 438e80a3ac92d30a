using System.CommandLine;
using System.Globalization;
using PayoutWorker.Host.Configuration;
using PayoutWorker.Host.Keys.Rings;

namespace PayoutWorker.Host.Verbs.Keys;

/// <summary><c>keys list</c>: the keys that the configuration names, and which of them are in use now.</summary>
internal static class ListKeysVerb
{
    public static Command Create()
    {
        var options = new CommonOptions();
        var command = new Command("list", "List the configured keys: use, id, state, dates, fingerprint.")
        {
            options.Config,
            options.Only,
        };
        command.SetAction(parsed =>
        {
            var (configuration, _) = options.Read(parsed);
            var rings = new KeyRings(
                configuration,
                TimeProvider.System,
                parsed.GetValue(options.Only) == RunOnly.Webhook
            );
            foreach (var line in Lines(rings.States()))
                Console.Out.WriteLine(line);
            return ExitCode.Ok;
        });
        return command;
    }

    internal static IEnumerable<string> Lines(IEnumerable<KeyState> keys)
    {
        string[][] rows =
        [
            ["use", "id", "state", "valid from", "valid to", "fingerprint"],
            .. keys.Select(key =>
                new[] { key.Use, key.Id, key.State, Text(key.ValidFrom), Text(key.ValidTo), key.Fingerprint }
            ),
        ];
        var widths = Enumerable.Range(0, rows[0].Length).Select(i => rows.Max(row => row[i].Length)).ToArray();
        return rows.Select(row => string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
    }

    private static string Text(DateTimeOffset? moment) =>
        moment is { } at ? at.ToString("u", CultureInfo.InvariantCulture) : "-";
}
