using System.Text;
using System.Text.Json;
using Bank131.Messages;
using Bank131.Views;

namespace Bank131.Simulator.Tests.Support;

/// <summary>The bank without HTTP, on a clock that the test moves.</summary>
internal sealed class Counter : IDisposable
{
    public static readonly SimulatedProject Manual = new("rko", WebhookUrl: new Uri("http://partner/"));
    public static readonly SimulatedProject Automatic = new(
        "card",
        AutoConfirm: true,
        WebhookUrl: new Uri("http://partner/")
    );

    public Counter(BankPolicies? policies = null, Func<SimulatorOptions, SimulatorOptions>? change = null)
    {
        var options = new SimulatorOptions
        {
            CheckSignatures = false,
            Projects = [Manual, Automatic],
            Policies = policies ?? new(),
        };
        Bank = new BankMachine(change?.Invoke(options) ?? options, Events.Add);
    }

    public BankMachine Bank { get; }
    public DateTimeOffset Now { get; private set; } = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    public List<BankEvent> Events { get; } = [];
    public List<WebhookDelivery> Sent { get; } = [];

    /// <summary>What the partner answers to webhooks; null: nothing.</summary>
    public int? WebhookAnswer { get; set; } = 200;

    public BankReply Call(string path, string json, string? key = null, string project = "rko") =>
        Bank.Handle(new BankRequest(project, path, Encoding.UTF8.GetBytes(json), null, key), Now);

    public string Create(string? key = null)
    {
        using var answer = JsonDocument.Parse(Call(BankPath.CreateRko, """{"metadata":"good"}""", key).Body);
        return answer.RootElement.GetProperty("session").GetProperty("id").GetString()!;
    }

    public BankReply Start(string id, string account = Stand.Account, string? key = null) =>
        Call(BankPath.StartRko, StartBody(id, account), key);

    public BankReply Confirm(string id, string? information = null, string? key = null) =>
        Call(BankPath.Confirm, Decide(id, information ?? Status(id).ConfirmInformation), key);

    public BankReply Cancel(string id) => Call(BankPath.Cancel, Decide(id, null));

    public SessionView Status(string id, string project = "rko") =>
        View(Call(BankPath.Status, $$"""{"session_id":"{{id}}"}""", project: project).Body)!;

    /// <summary>create, start and the check.</summary>
    public string Ready(string account = Stand.Account)
    {
        var id = Create();
        Assert.That(Start(id, account).IsAccepted);
        Run(TimeSpan.FromSeconds(1));
        Assert.That(Status(id).AwaitsConfirm);
        return id;
    }

    /// <summary>Lets this much time pass, delivering webhooks at the moment they are due.</summary>
    public void Run(TimeSpan time)
    {
        var end = Now + time;
        while (Bank.NextDue is { } due && due <= end)
        {
            Now = due > Now ? due : Now;
            foreach (var delivery in Bank.Advance(Now))
            {
                Sent.Add(delivery);
                Bank.WebhookAnswered(delivery, WebhookAnswer, Now);
            }
        }
        Now = end;
        Bank.Advance(Now);
    }

    public void Dispose() => Bank.Dispose();

    public static SessionView? View(byte[] body)
    {
        using var document = ViewReader.Parse(body);
        return document is null ? null : ViewReader.Session(document.RootElement);
    }

    public static string StartBody(string id, string account = Stand.Account) =>
        Encoding.UTF8.GetString(BankJson.Bytes(Stand.Start(id, account)));

    private static string Decide(string id, string? information) =>
        information is null
            ? $$"""{"session_id":"{{id}}"}"""
            : $$"""{"session_id":"{{id}}","confirm_information":{{information}}}""";
}
