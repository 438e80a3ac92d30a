namespace PayoutWorker.Host.Ops.Endpoints;

/// <summary>What was typed into a page of confirmation.</summary>
public sealed record ActionInput
{
    private const int ReasonMax = 1000;

    public string Reason { get; init; } = "";
    public string Outcome { get; init; } = "";

    public static ActionInput Of(IFormCollection form) =>
        new() { Reason = form["reason"].ToString().Trim(), Outcome = form["outcome"].ToString() };

    /// <summary>What is missing; null when nothing is.</summary>
    public string? Problem(PayoutAction action) =>
        Reasons.Problem(Reason)
        ?? (action == PayoutAction.Resolve && Outcome is not ("paid" or "failed") ? "Choose what became of it." : null);

    /// <summary>The rule for every reason.</summary>
    internal static class Reasons
    {
        public static string? Problem(string reason) =>
            reason.Length == 0 ? "A reason is needed: it stands in the history."
            : reason.Length > ReasonMax ? $"The reason is longer than {ReasonMax} characters."
            : null;
    }
}
