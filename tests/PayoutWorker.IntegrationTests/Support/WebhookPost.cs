using System.Net;
using System.Net.Http.Headers;
using System.Text;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.IntegrationTests.Support;

/// <summary>Posts a webhook that means nothing, under the bank's signature: what counts is whether it is acknowledged.</summary>
internal static class WebhookPost
{
    public static async Task<HttpStatusCode> StatusAsync(Town town, TownWorker worker, string type)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"type":"{{type}}"}""");
        using var http = new HttpClient();
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.Add("X-PARTNER-SIGN", town.Keys.SignAsBank(body));
        using var response = await http.PostAsync(new Uri(worker.Webhook, "webhooks/bank131"), content);
        return response.StatusCode;
    }
}
