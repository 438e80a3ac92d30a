using System.Net;
using System.Text;
using PayoutWorker.Lab.Postgres;

namespace PayoutWorker.IntegrationTests.Leaks;

/// <summary>Takes traces and metrics by OTLP over HTTP, and keeps the bytes.</summary>
internal sealed class OtlpCatcher : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly StringBuilder _caught = new();

    public OtlpCatcher()
    {
        Address = $"http://127.0.0.1:{FreePort.Find()}";
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _ = TakeAsync();
    }

    public string Address { get; }

    public string Caught
    {
        get
        {
            lock (_caught)
                return _caught.ToString();
        }
    }

    public void Dispose() => _listener.Close();

    private async Task TakeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                lock (_caught)
                    _caught.Append(Encoding.UTF8.GetString(body.ToArray())).Append('\n');
                context.Response.StatusCode = 200;
                context.Response.ContentType = "application/x-protobuf";
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Closed: the test is over.
        }
    }
}
