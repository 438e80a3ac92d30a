namespace PayoutWorker.Host.Ops.Endpoints;

/// <summary>What a page says after something was done: fixed words by a code, since the address bar may say anything.</summary>
internal static class Said
{
    private static readonly Dictionary<string, string> Texts = new()
    {
        ["hold"] = "Hold asked. It takes effect before the next call that could lead to a payment.",
        ["release"] = "Released. A worker goes on with it at once.",
        ["cancel"] = "Cancel asked. See below when it is done.",
        ["ask"] = "The bank is being asked; load this page again in a moment.",
        ["busy"] = "A worker has it in hand just now, so it is being looked at anyway.",
        ["proposed"] = "Proposed. A second person must say the same.",
        ["resolve"] = "Resolved.",
        ["reissue"] = "Ordered anew: this is the new payout.",
        ["stop"] = "Stopped.",
        ["resume"] = "Resumed.",
        ["resume-none"] = "There was no such stop any more.",
        ["acknowledge"] = "Acknowledged.",
        ["approve"] = "Approved. A worker takes it up at its time.",
        ["controls"] = "Done.",
        ["difference-take"] = "It is yours.",
        ["difference-assign"] = "Assigned.",
        ["difference-note"] = "Noted.",
        ["difference-explain"] = "Explained and closed.",
        ["difference-reopen"] = "It is open again.",
        ["gap"] = "The gap is released.",
    };

    public static string Of(PayoutAction action, string? answer) =>
        answer switch
        {
            "a worker has it in hand" => "busy",
            not null when answer.StartsWith("proposed", StringComparison.Ordinal) => "proposed",
            _ => action.Name,
        };

    public static string? Text(string? code) => code is null ? null : Texts.GetValueOrDefault(code);
}
