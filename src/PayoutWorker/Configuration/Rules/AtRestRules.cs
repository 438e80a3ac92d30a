using PayoutWorker.AtRest;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Host.Keys;

namespace PayoutWorker.Host.Configuration.Rules;

internal static class AtRestRules
{
    public static void Check(WorkerConfiguration configuration, Findings findings)
    {
        var (files, environment) = (configuration.AtRest.KeyFiles, configuration.Bank.Environment);
        const string expected = "a key that wraps the data keys";
        if (files.Count == 0 && environment == BankEnvironment.Live)
            findings.Add("AtRest:KeyFiles", expected, "none", "Make one: keys new-data.");
        else if (files.Count == 0)
            findings.Warn(
                "AtRest:KeyFiles",
                expected,
                "none: what the bank tells about people is stored in clear",
                "Make one: keys new-data."
            );
        for (var i = 0; i < files.Count; i++)
            Check($"AtRest:KeyFiles:{i}", files[i], environment, findings);
    }

    private static void Check(string path, string file, BankEnvironment environment, Findings findings)
    {
        if (SecretFile.Check(path, file, environment, findings) is not { } text)
            return;
        if (CardRules.HashKey(text) is not { Length: KeyRing.KeyBytes })
            findings.Add(
                path,
                $"{KeyRing.KeyBytes} bytes in Base64",
                $"'{file}' with something else",
                "Make one: keys new-data."
            );
        if (KeyComment.Environment(text) is { } made && made != environment)
            findings.Add(
                path,
                $"a key for the {Word(environment)} bank",
                $"'{file}', made for {Word(made)}",
                "Never use one key for both: make another with keys new-data."
            );
    }

    private static string Word(BankEnvironment environment) => environment == BankEnvironment.Live ? "live" : "demo";
}
