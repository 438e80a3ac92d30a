using Bank131.Webhooks;

namespace PayoutWorker.Lab.Simulation.Model;

/// <summary>A row of <c>webhook</c>.</summary>
internal sealed class ModelWebhook(long id, byte[] body, DateTimeOffset receivedAt)
{
    public long Id { get; } = id;
    public DateTimeOffset ReceivedAt { get; } = receivedAt;
    public DateTimeOffset DueAt { get; set; } = receivedAt;
    public WebhookView? View { get; } = WebhookView.Read(body);
    public string? SessionId { get; set; }
    public bool IsApplied { get; set; }

    public ModelWebhook Copy() => (ModelWebhook)MemberwiseClone();
}
