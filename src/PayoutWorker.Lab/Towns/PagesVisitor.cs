using System.Net;
using System.Text.RegularExpressions;

namespace PayoutWorker.Lab.Towns;

/// <summary>Somebody at the operators' pages without a browser: with cookies, and without following anything.</summary>
internal sealed partial class PagesVisitor : IDisposable
{
    private readonly HttpClient _http;

    /// <param name="from">The own address to call from; null takes any.</param>
    public PagesVisitor(Uri admin, IPAddress? from = null)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false };
        if (from is not null)
            handler.ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = new System.Net.Sockets.Socket(
                    System.Net.Sockets.SocketType.Stream,
                    System.Net.Sockets.ProtocolType.Tcp
                );
                try
                {
                    socket.Bind(new IPEndPoint(from, 0));
                    await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                    return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        _http = new HttpClient(handler) { BaseAddress = admin };
    }

    public async Task<(HttpStatusCode Status, string Page)> GetAsync(
        string path,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Posts a form with the token that stands on <paramref name="form"/>.</summary>
    public async Task<(HttpStatusCode Status, string Page)> PostAsync(
        string path,
        string form,
        params (string Name, string Value)[] fields
    )
    {
        using var response = await SendAsync(path, form, fields);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task<HttpResponseMessage> SendAsync(string path, string form, (string Name, string Value)[] fields)
    {
        var (_, page) = await GetAsync(form);
        var token = Token().Match(page).Groups[1].Value;
        using var content = new FormUrlEncodedContent(
            fields.Append(("__RequestVerificationToken", token)).Select(f => KeyValuePair.Create(f.Item1, f.Item2))
        );
        return await _http.PostAsync(new Uri(path, UriKind.Relative), content);
    }

    /// <summary>As <see cref="PostAsync"/>, and then follows to the page that it leads to.</summary>
    public async Task<(HttpStatusCode Status, string Page)> FollowAsync(
        string path,
        string form,
        params (string Name, string Value)[] fields
    )
    {
        var response = await SendAsync(path, form, fields);
        while (response.Headers.Location is { } next)
        {
            response.Dispose();
            response = await _http.GetAsync(next);
        }
        using (response)
            return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async Task<HttpStatusCode> SignInAsync(string name, string password) =>
        (await PostAsync("/ops/sign-in", "/ops/sign-in", ("name", name), ("password", password))).Status;

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
