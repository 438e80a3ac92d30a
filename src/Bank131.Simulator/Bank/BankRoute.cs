using System.Collections.Frozen;

namespace Bank131.Simulator;

internal enum BankStep
{
    Create,
    Start,
    Init,
    Confirm,
    Cancel,
    Status,

    /// <summary>report/account_statement: no session.</summary>
    Statement,
}

/// <summary>A method of the bank. The two-step account flow exists in version 1 only (page "Format").</summary>
internal sealed record BankRoute(BankStep Step, bool Rko, int Version)
{
    private static readonly FrozenDictionary<string, BankRoute> Known = All()
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <param name="path">With or without a leading slash.</param>
    public static BankRoute? Find(string path)
    {
        if (!path.StartsWith('/'))
            return Known.GetValueOrDefault(path);
        return Known.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(path.AsSpan(1), out var route) ? route : null;
    }

    private static Dictionary<string, BankRoute> All()
    {
        var all = new Dictionary<string, BankRoute>();
        for (var version = 1; version <= 2; version++)
        {
            var root = $"api/v{version}/session/";
            all[root + "create"] = new(BankStep.Create, Rko: false, version);
            all[root + "start/payout"] = new(BankStep.Start, Rko: false, version);
            all[root + "init/payout"] = new(BankStep.Init, Rko: false, version);
            all[root + "init/payout/rko"] = new(BankStep.Init, Rko: true, version);
            all[root + "confirm"] = new(BankStep.Confirm, Rko: false, version);
            all[root + "cancel"] = new(BankStep.Cancel, Rko: false, version);
            all[root + "status"] = new(BankStep.Status, Rko: false, version);
        }
        all["api/v1/report/account_statement"] = new(BankStep.Statement, Rko: false, 1);
        all["api/v1/session/create/rko"] = new(BankStep.Create, Rko: true, 1);
        all["api/v1/session/start/payout/rko"] = new(BankStep.Start, Rko: true, 1);
        return all;
    }
}
