using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Bank131.Client;
using Bank131.Simulator.Tests.Support;

namespace Bank131.Simulator.Tests;

internal sealed class ControlTests
{
    private Stand _stand = null!;
    private HttpClient _http = null!;

    [SetUp]
    public async Task Start()
    {
        _stand = await Stand.StartAsync();
        _http = new HttpClient { BaseAddress = _stand.Bank.BaseAddress };
    }

    [TearDown]
    public async Task Stop()
    {
        _http.Dispose();
        await _stand.DisposeAsync();
    }

    [Test]
    public async Task Scripts_come_over_http_one_or_many()
    {
        await PostAsync(
            "scripts",
            """{"payee":"40817810400003869535","outcome":"refuse_start","code":"account_not_found"}"""
        );
        await PostAsync(
            "scripts",
            """
            [{"payee":"2200240000004940","returns":[{"after":"00:00:01","amount":1}],
              "faults":[{"kind":"answer_lost","step":"init"}],"webhook_faults":[{"kind":"lost"}],
              "mismatches":[{"field":"amount","place":"payments"}]}]
            """
        );
        var start = await _stand.StartPayoutAsync(await _stand.CreateAsync());
        Assert.That(((BankAnswer.Refused)start).Error.Code, Is.EqualTo("account_not_found"));
        Assert.That(await _stand.InitCardAsync(), Is.TypeOf<BankAnswer.Unknown>());
        await _stand.HappenedAsync(BankEventKind.Refunded);
    }

    [Test]
    public async Task Faults_come_over_http_and_go()
    {
        await PostAsync(
            "faults",
            """{"calls":[{"kind":"error_before","times":100}],"random":{"seed":1,"calls":{"garbage":1.0}}}"""
        );
        Assert.That((await _stand.PostAsync("api/v1/session/create", "{}"u8.ToArray())).HttpStatus, Is.EqualTo(500));
        await _http.DeleteAsync(new Uri("control/faults", UriKind.Relative));
        Assert.That(
            await _stand.PostAsync("api/v1/session/create", "{}"u8.ToArray()),
            Is.TypeOf<BankAnswer.Accepted>()
        );
    }

    [TestCase("scripts", """{"payee":"1","outcom":"pay"}""")]
    [TestCase("scripts", """{"payee":"1","outcome":"explode"}""")]
    [TestCase("faults", "{")]
    public async Task A_script_that_is_not_understood_is_refused(string what, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8);
        using var response = await _http.PostAsync(new Uri("control/" + what, UriKind.Relative), content);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task The_books_can_be_read_over_http()
    {
        await _stand.InitCardAsync();
        await _stand.HappenedAsync(BankEventKind.Settled);
        var ledger = await GetAsync("ledger");
        Assert.That(ledger.GetProperty("total").GetInt64(), Is.EqualTo(10000));
        Assert.That(ledger.GetProperty("entries")[0].GetProperty("payee").GetString(), Is.EqualTo(Stand.CardNumber));
        Assert.That((await GetAsync("ledger?payee=1")).GetProperty("entries").GetArrayLength(), Is.Zero);
        var sessions = await GetAsync("sessions");
        Assert.That(
            sessions.GetProperty("sessions")[0].GetProperty("session").GetProperty("status").GetString(),
            Is.EqualTo("accepted")
        );
        var events = await GetAsync("events");
        Assert.That(events.GetProperty("counters").GetProperty("settled").GetInt64(), Is.EqualTo(1));
        Assert.That(events.GetProperty("events")[0].GetProperty("kind").GetString(), Is.EqualTo("inited"));
    }

    private async Task PostAsync(string what, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8);
        using var response = await _http.PostAsync(new Uri("control/" + what, UriKind.Relative), content);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), await response.Content.ReadAsStringAsync());
    }

    private Task<JsonElement> GetAsync(string what) => _http.GetFromJsonAsync<JsonElement>("control/" + what);
}
