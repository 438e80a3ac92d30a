namespace Bank131.Views;

/// <summary>A session as the bank showed it, in an answer, a status or a webhook. Unknown words stay unknown.</summary>
/// <param name="Id">Opaque, e.g. <c>ps_2643</c>.</param>
/// <param name="Status">The session's status.</param>
/// <param name="StatusText">The status as it stood in the text, for the history.</param>
/// <param name="AwaitsConfirm">
/// <c>next_action = confirm</c>: the signal to confirm, whatever the payout's status says.
/// </param>
/// <param name="Payouts">The session's payouts; normally none or one. More than one is an incident.</param>
/// <param name="Error">The session's own error, if any.</param>
/// <param name="ConfirmInformation">Raw JSON text as received, to be echoed in confirm.</param>
/// <param name="Reference">Our reference, if the metadata came back.</param>
public sealed record SessionView(
    string Id,
    SessionStatus Status,
    string StatusText,
    bool AwaitsConfirm,
    IReadOnlyList<PayoutView> Payouts,
    BankError? Error,
    string? ConfirmInformation,
    string? Reference
);

/// <summary>The bank's session statuses. <see cref="Error"/> is not final: the outcome is then unknown.</summary>
public enum SessionStatus
{
    Unknown,
    Created,
    InProgress,
    Accepted,
    Cancelled,
    Error,
}

/// <summary>One payout inside a session.</summary>
/// <param name="Amount">Minor units; null when the bank did not say or said something else than an integer.</param>
/// <param name="RefundedAmount">Sum of refunds with status <c>accepted</c>, minor units.</param>
/// <param name="RefundPending">A refund is there that is neither accepted, of a clear amount, nor declined.</param>
public sealed record PayoutView(
    string Id,
    PayoutStatus Status,
    string StatusText,
    long? Amount,
    string? Currency,
    PayeeView Payee,
    string? SenderAccount,
    BankError? Error,
    long RefundedAmount,
    bool RefundPending,
    string? Reference
);

/// <summary>Who is paid, as the bank echoes it.</summary>
public sealed record PayeeView(string? Account, string? Bik, string? Name, string? Inn, string? Kpp, string? CardLast4);

public enum PayoutStatus
{
    Unknown,
    InProgress,
    Pending,
    Succeeded,
    Failed,
}

/// <summary>The bank's error. Branch on the code; the description may vary for one code.</summary>
public sealed record BankError(string Code, string? Description);

/// <summary><c>confirm_information.account_details</c>, read for the guard only; never written back.</summary>
public sealed record ConfirmView(PartyView? Sender, PartyView? Recipient);

public sealed record PartyView(string? Account, string? Bik, string? Name, string? Inn, string? Kpp);
