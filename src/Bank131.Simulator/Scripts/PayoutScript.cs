namespace Bank131.Simulator;

/// <summary>
/// What happens to payouts to one payee. It stays in force; faults count their occurrences across sessions.
/// </summary>
/// <param name="Payee">Recipient account or card number.</param>
internal sealed record PayoutScript(string Payee)
{
    /// <summary>Minor units; null: any amount to this payee.</summary>
    public long? Amount { get; init; }

    public Outcome Outcome { get; init; }

    /// <summary>How many payouts meet <see cref="Outcome"/>; later ones are paid.</summary>
    public int OutcomeTimes { get; init; } = int.MaxValue;

    /// <summary>The bank's error code of an outcome that fails.</summary>
    public string? Code { get; init; }

    /// <summary>For <see cref="Outcome.Error"/>: when it resolves; null: never.</summary>
    public TimeSpan? ResolvesAfter { get; init; }

    /// <summary>For <see cref="Outcome.Error"/>: resolves to paid, else to failed.</summary>
    public bool ResolvesPaid { get; init; }

    /// <summary>
    /// For <see cref="Outcome.Error"/>: the payout shows <c>failed</c> meanwhile, else <c>in_progress</c>.
    /// </summary>
    public bool ErrorShowsFailed { get; init; }

    public IReadOnlyList<Mismatch> Mismatches { get; init; } = [];

    /// <summary>The session holds a second payout like the first, and the bank pays both.</summary>
    public bool SecondPayout { get; init; }

    public IReadOnlyList<ReturnScript> Returns { get; init; } = [];

    /// <summary>The bank takes a cancel and pays all the same.</summary>
    public bool PaysDespiteCancel { get; init; }

    /// <summary>The bank pays this long after it said that it did not.</summary>
    public TimeSpan? LateSuccessAfter { get; init; }

    public TimeSpan? CheckDelay { get; init; }
    public TimeSpan? PayDelay { get; init; }

    public IReadOnlyList<CallFault> Faults { get; init; } = [];
    public IReadOnlyList<WebhookFault> WebhookFaults { get; init; } = [];
}

internal enum Outcome
{
    Pay,

    /// <summary>start or init is answered with an error; nothing is started.</summary>
    RefuseStart,

    /// <summary>Accepted, then failed before a confirmation is asked for.</summary>
    FailCheck,
    FailAfterConfirm,

    /// <summary>The bank asks for a confirmation and gives up waiting for it at once.</summary>
    ConfirmTooLate,

    /// <summary>The session shows <c>error</c>, which is not final.</summary>
    Error,
}

/// <summary>The bank shows, and would pay, something else than was asked.</summary>
internal sealed record Mismatch(MismatchField Field, MismatchPlace Place = MismatchPlace.Both);

internal enum MismatchField
{
    Amount,
    Currency,
    Account,
    Bik,
    Sender,
    Name,
    Inn,
    Kpp,
}

internal enum MismatchPlace
{
    Both,
    Payments,
    ConfirmInformation,
}

/// <summary>The money comes back.</summary>
/// <param name="After">Counted from the payment.</param>
/// <param name="Amount">Minor units; null: all of it.</param>
/// <param name="Status">The refund's status; only <c>accepted</c> counts in the ledger.</param>
internal sealed record ReturnScript(TimeSpan After, long? Amount = null, string Status = "accepted");
