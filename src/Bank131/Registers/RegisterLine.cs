namespace Bank131.Registers;

/// <summary>A successful operation in the bank's daily register.</summary>
/// <param name="OperationId"><c>operationId</c>, of the form <c>po_…</c>.</param>
/// <param name="SessionId"><c>paymentSessionId</c>, of the form <c>ps_…</c>.</param>
/// <param name="Amount">Minor units, above zero; null when it cannot be read.</param>
/// <param name="Fee">Minor units; null when none is given.</param>
/// <param name="Currency">Upper case.</param>
/// <param name="Account">Of the payee, where the register shows it whole.</param>
/// <param name="Last4">Last four digits of what was paid to, where it is masked.</param>
/// <param name="Reference">Our reference, if the metadata came back.</param>
public sealed record RegisterLine(
    string? OperationId,
    string? SessionId,
    RegisterKind Kind,
    long? Amount,
    long? Fee,
    string Currency,
    DateOnly? Day,
    string? Account,
    string? Last4,
    string? Reference
);

public enum RegisterKind
{
    /// <summary>A word that is not known.</summary>
    Other,

    /// <summary><c>Advice</c>: paid.</summary>
    Payout,

    /// <summary><c>Refund</c>: a payout that came back.</summary>
    Return,
}

/// <summary>The file cannot be read as a register; the message says why.</summary>
public sealed class RegisterUnreadableException(string message) : Exception(message);
