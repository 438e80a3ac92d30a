using PayoutWorker.Payouts;

namespace PayoutWorker.Lab.Matrix;

/// <summary>Where on its way a payout is when the fault strikes.</summary>
internal enum Phase
{
    Insert,
    Claim,
    Create,
    Start,
    Init,
    Asked,
    Confirm,
    Finished,
    WriteBack,
}

/// <summary>The three ways that payouts go.</summary>
internal enum Way
{
    /// <summary>To an account: create, start, the bank asks, confirm.</summary>
    TwoStep,

    /// <summary>To a card in a single request, where the bank waits for our confirm.</summary>
    Single,

    /// <summary>To a card where the bank confirms by itself: init is the act that pays.</summary>
    Auto,
}

internal static class Phases
{
    public static IReadOnlyList<Phase> Of(Way way) =>
        way switch
        {
            Way.TwoStep =>
            [
                Phase.Insert,
                Phase.Claim,
                Phase.Create,
                Phase.Start,
                Phase.Asked,
                Phase.Confirm,
                Phase.Finished,
                Phase.WriteBack,
            ],
            Way.Single =>
            [
                Phase.Insert,
                Phase.Claim,
                Phase.Init,
                Phase.Asked,
                Phase.Confirm,
                Phase.Finished,
                Phase.WriteBack,
            ],
            _ => [Phase.Insert, Phase.Claim, Phase.Init, Phase.Finished, Phase.WriteBack],
        };

    public static string Text(this Phase phase) =>
        phase switch
        {
            Phase.Asked => "ready webhook",
            Phase.Finished => "finished webhook",
            Phase.WriteBack => "write-back",
            _ => phase.ToString().ToLowerInvariant(),
        };

    public static string Text(this Way way) =>
        way switch
        {
            Way.TwoStep => "two_step, account",
            Way.Single => "single_request, confirmed by us",
            _ => "single_request, confirmed by the bank itself",
        };

    /// <summary>The call of a phase; null where none leaves.</summary>
    public static Step? StepOf(this Phase phase) =>
        phase switch
        {
            Phase.Create => Step.Create,
            Phase.Start => Step.Start,
            Phase.Init => Step.Init,
            Phase.Confirm => Step.Confirm,
            _ => null,
        };

    /// <summary>The type of the webhook of a phase.</summary>
    public static string? WebhookOf(this Phase phase) =>
        phase switch
        {
            Phase.Asked => "ready_to_confirm",
            Phase.Finished or Phase.WriteBack => "payment_finished",
            _ => null,
        };
}
