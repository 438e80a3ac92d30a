namespace Bank131.Messages;

/// <summary>
/// Method paths, relative to the bank's base address. v1: the two-step account flow exists only there.
/// </summary>
public static class BankPath
{
    public const string CreateRko = "api/v1/session/create/rko";
    public const string StartRko = "api/v1/session/start/payout/rko";
    public const string InitRko = "api/v1/session/init/payout/rko";
    public const string InitCard = "api/v1/session/init/payout";
    public const string Confirm = "api/v1/session/confirm";
    public const string Cancel = "api/v1/session/cancel";
    public const string Status = "api/v1/session/status";
    public const string Statement = "api/v1/report/account_statement";
}

/// <summary>Header names of the bank's requests and webhooks (page "Format").</summary>
public static class BankHeader
{
    public const string Project = "X-PARTNER-PROJECT";
    public const string Sign = "X-PARTNER-SIGN";
    public const string IdempotencyKey = "X-PARTNER-IDEMPOTENCY-KEY";
    public const string SubMerchant = "X-PARTNER-SUBMERCHANT";
}
