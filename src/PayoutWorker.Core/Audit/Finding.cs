namespace PayoutWorker.Audit;

/// <summary>What the audit found and should not have.</summary>
/// <param name="Kind">changed, removed, inserted, reordered or broken.</param>
/// <param name="PayoutId">Null where it is about the whole.</param>
/// <param name="Text">What, in words, with the event's id where it is one.</param>
internal sealed record Finding(string Kind, long? PayoutId, string Text)
{
    public override string ToString() => PayoutId is { } id ? $"{Kind}: payout {id}, {Text}" : $"{Kind}: {Text}";
}

/// <summary>What was looked at.</summary>
internal sealed class AuditTally
{
    public long Payouts { get; set; }
    public long Seals { get; set; }
    public long Runs { get; set; }
    public long Roots { get; set; }
    public long Findings { get; set; }

    /// <summary>Events that the next run will seal.</summary>
    public long Unsealed { get; set; }

    /// <summary>Payouts of which nothing is sealed.</summary>
    public long Unstarted { get; set; }

    /// <summary>What came after the last seal of its payout without a line of history: late answers and webhooks.</summary>
    public long Late { get; set; }

    /// <summary>Erasures, by what was erased.</summary>
    public SortedDictionary<string, long> Erased { get; } = new(StringComparer.Ordinal);
}

/// <summary>Names of items for people.</summary>
internal static class ItemName
{
    public static string Of(string item) =>
        item switch
        {
            "o" => "its order",
            "p" => "its payee, purpose or metadata",
            "r" => "its result",
            ['e', .. var id] => $"event {id}",
            ['s', .. var n] => $"session {n}",
            ['q', .. var n] => $"confirm information of session {n}",
            ['h', .. var n] => $"echo of session {n}",
            ['c', .. var step] => $"call {step}",
            ['a', .. var step] => $"call {step} with its answer",
            ['w', .. var id] => $"webhook {id}",
            ['x', .. var what] => $"erasure of {what}",
            _ => item,
        };

    /// <summary>The retention that may take it away; null for what stays for ever.</summary>
    public static string? ErasedAs(string item) =>
        item[0] switch
        {
            'e' => "xevents",
            'c' or 'a' => "xcalls",
            'q' or 'h' => "xpersonal",
            _ => null,
        };
}
