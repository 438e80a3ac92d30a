using System.Net;
using System.Net.Http.Headers;

namespace Bank131.Client;

/// <summary>
/// A body that leaves at most once. It remembers whether it began to leave, which is what tells "not sent" from
/// "unknown", and it refuses a second pass, so that no redirect or connection retry below us can repeat a payment.
/// </summary>
internal sealed class OnceContent : HttpContent
{
    private readonly ReadOnlyMemory<byte> _body;
    private int _began;

    public OnceContent(ReadOnlyMemory<byte> body)
    {
        _body = body;
        Headers.ContentType = new MediaTypeHeaderValue("application/json");
    }

    public bool Began => Volatile.Read(ref _began) != 0;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream,
        TransportContext? context,
        CancellationToken cancellationToken
    )
    {
        if (Interlocked.Exchange(ref _began, 1) != 0)
            throw new HttpRequestException("the body was already sent once");
        await stream.WriteAsync(_body, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return true;
    }
}
