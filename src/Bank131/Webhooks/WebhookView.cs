using Bank131.Views;

namespace Bank131.Webhooks;

/// <summary>A webhook's content, read after its signature was verified and its raw body stored.</summary>
/// <param name="Type">
/// e.g. <c>ready_to_confirm</c>, <c>payment_finished</c>, <c>payment_refunded</c>; others occur.
/// </param>
/// <param name="Session">Null when the body names no session.</param>
public sealed record WebhookView(string? Type, SessionView? Session)
{
    /// <summary>Null when the body is not readable JSON.</summary>
    public static WebhookView? Read(ReadOnlyMemory<byte> body)
    {
        using var document = ViewReader.Parse(body);
        return document is null
            ? null
            : new WebhookView(
                MaskedText.Of(ViewReader.Text(document.RootElement, "type")),
                ViewReader.Session(document.RootElement)
            );
    }
}
