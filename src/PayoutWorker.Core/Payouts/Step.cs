using Bank131.Messages;

namespace PayoutWorker.Payouts;

/// <summary>A call that changes something at the bank. Each leaves only after its intent is committed.</summary>
internal enum Step
{
    Create,
    Start,
    Init,
    Confirm,
    Cancel,
}

internal static class Steps
{
    private static readonly string[] Texts = [.. Enum.GetNames<Step>().Select(name => name.ToLowerInvariant())];

    public static string Text(this Step step) => Texts[(int)step];

    public static string Path(this Step step, Method method) =>
        step switch
        {
            Step.Create => BankPath.CreateRko,
            Step.Start => BankPath.StartRko,
            Step.Init => method == Method.Card ? BankPath.InitCard : BankPath.InitRko,
            Step.Confirm => BankPath.Confirm,
            _ => BankPath.Cancel,
        };

    /// <summary>The state while the call may be under way.</summary>
    public static PayoutState UnderWay(this Step step) =>
        step switch
        {
            Step.Create => PayoutState.Creating,
            Step.Start => PayoutState.Starting,
            Step.Init => PayoutState.Initiating,
            Step.Confirm => PayoutState.Confirming,
            _ => PayoutState.Cancelling,
        };

    /// <summary>Stop switches exclude these; cancel takes risk away and goes on.</summary>
    public static bool IsStoppable(this Step step) => step != Step.Cancel;
}
