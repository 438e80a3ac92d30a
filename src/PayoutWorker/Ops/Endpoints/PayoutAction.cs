namespace PayoutWorker.Host.Ops.Endpoints;

/// <summary>What may be asked for one payout. Public, since pages take it as a parameter.</summary>
/// <param name="Name">As the database names it in payouts.allowed, and the last part of the address.</param>
/// <param name="Meaning">What it does, said before it is done.</param>
public sealed record PayoutAction(string Name, string Title, string Meaning, bool IsGrave)
{
    public static readonly PayoutAction Hold = new(
        "hold",
        "Hold",
        "It stops before the next call that could lead to a payment, and waits for release or cancel.",
        false
    );

    public static readonly PayoutAction Release = new(
        "release",
        "Release",
        "It goes on where it was. One of unknown outcome is only asked about, never sent.",
        false
    );

    public static readonly PayoutAction Cancel = new(
        "cancel",
        "Cancel",
        "Before anything is started it is cancelled at once. At the bank it is cancelled as soon as the bank waits for our "
            + "confirmation; until its state says cancelled it may still be paid.",
        true
    );

    public static readonly PayoutAction Ask = new(
        "ask",
        "Ask the bank now",
        "The bank is asked at once instead of at the next poll. Nothing is sent that could pay.",
        false
    );

    public static readonly PayoutAction Resolve = new(
        "resolve",
        "Resolve with evidence",
        "You say what became of it, on evidence from outside: the bank's letter or statement. A second person must say the "
            + "same. After failed it may be ordered anew: were it paid after all, it would be paid twice.",
        true
    );

    public static readonly PayoutAction Reissue = new(
        "reissue",
        "Order anew",
        "The same amount to the same payee is ordered again, once, under a new key. Tell the ERP's people: their books "
            + "must know the new key.",
        true
    );

    public static IReadOnlyList<PayoutAction> All { get; } = [Release, Hold, Ask, Cancel, Resolve, Reissue];

    /// <summary>The statement that asks the database.</summary>
    internal string Statement => $"act_{Name}";

    public static PayoutAction? Find(string? name) => All.FirstOrDefault(action => action.Name == name);
}
