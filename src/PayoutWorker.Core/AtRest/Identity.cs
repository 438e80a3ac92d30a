namespace PayoutWorker.AtRest;

/// <summary>What a sealed value is and whose, as it is bound into its ciphertext. Never changed: old values would not open.</summary>
internal static class Identity
{
    /// <param name="sha256">Of the plain body, as it stands beside it.</param>
    public static string Webhook(byte[] sha256) => "webhook.body:" + Convert.ToHexStringLower(sha256);

    public static string Confirm(long payoutId, int n) => $"bank_session.confirm_information:{payoutId}:{n}";

    public static string Echo(long payoutId, int n) => $"bank_session.echo:{payoutId}:{n}";
}
