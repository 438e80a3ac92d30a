using PayoutWorker.Decisions;
using PayoutWorker.Payouts;

namespace PayoutWorker.Store;

/// <summary>The words of the database's columns, both ways. An unknown word is an error: a newer version wrote it.</summary>
internal static class DbText
{
    public static Method ParseMethod(string text) =>
        text switch
        {
            "account" => Method.Account,
            "card" => Method.Card,
            _ => throw Unknown("method", text),
        };

    public static string Text(Method method) => method == Method.Card ? "card" : "account";

    public static Flow ParseFlow(string text) =>
        text switch
        {
            "two_step" => Flow.TwoStep,
            "single_request" => Flow.SingleRequest,
            _ => throw Unknown("flow", text),
        };

    public static HoldKind ParseHoldKind(string text) =>
        text switch
        {
            "before_money" => HoldKind.BeforeMoney,
            "outcome_unknown" => HoldKind.OutcomeUnknown,
            "mismatch" => HoldKind.Mismatch,
            _ => throw Unknown("held_kind", text),
        };

    public static string Text(HoldKind kind) =>
        kind switch
        {
            HoldKind.BeforeMoney => "before_money",
            HoldKind.OutcomeUnknown => "outcome_unknown",
            _ => "mismatch",
        };

    public static SessionUse ParseUse(string text) =>
        text switch
        {
            "empty" => SessionUse.Empty,
            "armed" => SessionUse.Armed,
            "dead" => SessionUse.Dead,
            "paid" => SessionUse.Paid,
            _ => throw Unknown("session state", text),
        };

    public static string Text(SessionUse use) =>
        use switch
        {
            SessionUse.Empty => "empty",
            SessionUse.Armed => "armed",
            SessionUse.Dead => "dead",
            _ => "paid",
        };

    public static Step ParseStep(string text) =>
        text switch
        {
            "create" => Step.Create,
            "start" => Step.Start,
            "init" => Step.Init,
            "confirm" => Step.Confirm,
            "cancel" => Step.Cancel,
            _ => throw Unknown("step", text),
        };

    public static ErrorClass ParseErrorClass(string text) =>
        text switch
        {
            "unknown" => ErrorClass.Unknown,
            "retry" => ErrorClass.Retry,
            "fail" => ErrorClass.Fail,
            "hold" => ErrorClass.Hold,
            "pause_project" => ErrorClass.PauseProject,
            "short_of_money" => ErrorClass.ShortOfMoney,
            _ => throw Unknown("class", text),
        };

    private static FormatException Unknown(string what, string text) => new($"expected a known {what}, got '{text}'");
}
