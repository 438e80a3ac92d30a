namespace Bank131.Simulator;

/// <summary>Types of the bank's webhooks (page "Webhooks"), and one that it may add some day.</summary>
internal static class WebhookType
{
    public const string ReadyToConfirm = "ready_to_confirm";
    public const string PaymentFinished = "payment_finished";
    public const string PaymentRefunded = "payment_refunded";
    public const string Unheard = "payout_weather_report";
}
