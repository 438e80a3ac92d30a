namespace Bank131.Messages;

/// <summary>Opens an empty session; no money can move. <c>session/create/rko</c>.</summary>
/// <param name="Metadata">Any JSON; returned in some webhooks, never relied on.</param>
public sealed record CreateSession(RawJson? Metadata);

/// <summary>Starts the payout of an open session. <c>session/start/payout/rko</c>.</summary>
public sealed record StartPayout(
    string SessionId,
    PaymentMethod PaymentMethod,
    AmountDetails AmountDetails,
    ParticipantDetails ParticipantDetails
);

/// <summary>
/// Opens a session and starts its payout in one call: <c>session/init/payout</c> (card) or
/// <c>session/init/payout/rko</c> (account). On a project with automatic confirmation this call pays.
/// </summary>
public sealed record InitPayout(
    PaymentMethod PaymentMethod,
    AmountDetails AmountDetails,
    ParticipantDetails ParticipantDetails,
    RawJson? Metadata
);

/// <summary>Confirms or cancels a session: <c>session/confirm</c>, <c>session/cancel</c>.</summary>
/// <param name="SessionId">The bank's session id.</param>
/// <param name="ConfirmInformation">As received; required to confirm an account payout, absent for cards.</param>
public sealed record DecideSession(string SessionId, RawJson? ConfirmInformation);

/// <summary>Asks for everything known about a session; reads only. <c>session/status</c>.</summary>
public sealed record AskSession(string SessionId);

/// <summary>
/// Asks for one day of an account's statement; reads only. <c>report/account_statement</c> (page "Account statements").
/// </summary>
/// <param name="AccountNumber">20 digits: a settlement or escrow account in rubles.</param>
/// <param name="DateFrom">The day, <c>YYYY-MM-DD</c>.</param>
/// <param name="DateTo">The same day: the bank takes one day per call.</param>
public sealed record AskStatement(string AccountNumber, string DateFrom, string DateTo)
{
    public static AskStatement Of(string account, DateOnly day)
    {
        var date = day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        return new AskStatement(account, date, date);
    }
}

/// <param name="Amount">Minor units (kopecks), above zero.</param>
/// <param name="Currency">ISO 4217, any case on input.</param>
public sealed record AmountDetails(long Amount, string Currency);

/// <param name="Type"><c>bank_account</c> or <c>card</c>.</param>
public sealed record PaymentMethod(string Type, BankAccount? BankAccount, Card? Card)
{
    public static PaymentMethod Account(RussianAccount account) =>
        new("bank_account", new BankAccount("ru", account), null);

    public static PaymentMethod ToCard(string number) => new("card", null, new Card("bank_card", new BankCard(number)));
}

/// <param name="SystemType"><c>ru</c>: by account number and BIK.</param>
public sealed record BankAccount(string SystemType, RussianAccount Ru);

/// <param name="Bik">9 digits.</param>
/// <param name="Account">20 digits, of an allowed prefix.</param>
/// <param name="FullName">Payee as the receiving bank knows them.</param>
/// <param name="Description">Purpose, at most 210 characters, without <c>?</c> and <c>!</c>.</param>
/// <param name="IsFast">Express transfer; must be enabled by the bank.</param>
/// <param name="Inn">10 digits (legal entity) or 12 (sole proprietor).</param>
/// <param name="Kpp">9 digits, legal entities only.</param>
public sealed record RussianAccount(
    string Bik,
    string Account,
    string FullName,
    string Description,
    bool? IsFast,
    string? Inn,
    string? Kpp
);

/// <param name="Type"><c>bank_card</c>: by its number.</param>
public sealed record Card(string Type, BankCard BankCard);

/// <summary>The only place where a clear card number exists; <see cref="ToString"/> masks it.</summary>
/// <param name="Number">14 to 19 digits.</param>
public sealed record BankCard(string Number)
{
    public override string ToString() => "BankCard { **** }";
}

public sealed record ParticipantDetails(Participant? Sender, Participant? Recipient);

/// <param name="Account">The sender's own 20-digit settlement account (account payouts).</param>
/// <param name="FullName">The recipient as in the passport (card payouts).</param>
public sealed record Participant(string? Account, string? FullName);
