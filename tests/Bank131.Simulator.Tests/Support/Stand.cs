using Bank131.Client;
using Bank131.Messages;
using Bank131.Signing;
using Bank131.Views;

namespace Bank131.Simulator.Tests.Support;

/// <summary>A bank, a partner and the production client between them.</summary>
internal sealed class Stand : IAsyncDisposable
{
    public const string Sender = "40702810300200000013";
    public const string Account = "40817810400003869535";
    public const string CardNumber = "2200240000004940";
    private readonly SigningKey _key;
    private int _keys;

    private Stand(Partner partner, BankSimulator bank)
    {
        _key = SigningKey.FromPem(Keys.Partner.Private);
        Partner = partner;
        Bank = bank;
        Client = new BankClient(new(bank.BaseAddress, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5)));
        Manual = new BankProject("rko", "rko-project", _key);
        Automatic = new BankProject("card", "card-project", _key);
    }

    public Partner Partner { get; }
    public BankSimulator Bank { get; }
    public BankClient Client { get; }

    /// <summary>A project whose payouts wait for a confirm, and one whose do not.</summary>
    public BankProject Manual { get; }
    public BankProject Automatic { get; }

    /// <summary>1000 times faster than the bank: a check takes 0.4 ms, a payment 2 ms.</summary>
    public static async Task<Stand> StartAsync(Func<SimulatorOptions, SimulatorOptions>? change = null)
    {
        var partner = await Partner.StartAsync();
        var options = new SimulatorOptions
        {
            Scale = 0.001,
            BankPrivateKeyPem = Keys.Bank.Private,
            NextBankPrivateKeyPem = Keys.NextBank.Private,
            Projects =
            [
                new("rko-project", Keys.Partner.Public, AutoConfirm: false, partner.WebhookUrl),
                new("card-project", Keys.Partner.Public, AutoConfirm: true, partner.WebhookUrl),
            ],
        };
        var bank = await BankSimulator.StartAsync(change?.Invoke(options) ?? options, CancellationToken.None);
        return new Stand(partner, bank);
    }

    public static StartPayout Start(string sessionId, string account = Account, long amount = 350000) =>
        new(sessionId, Method(account), new AmountDetails(amount, "rub"), From(Sender));

    public static InitPayout Init(string account = Account, long amount = 350000) =>
        new(Method(account), new AmountDetails(amount, "rub"), From(Sender), null);

    public static InitPayout InitCard(string number = CardNumber, long amount = 10000) =>
        new(
            PaymentMethod.ToCard(number),
            new AmountDetails(amount, "rub"),
            new ParticipantDetails(null, new Participant(null, "Ivanov Ivan Ivanovich")),
            new RawJson("""{"ref":"r-1"}""")
        );

    public Task<BankAnswer> PostAsync(string path, byte[] body, string? key = null, BankProject? project = null) =>
        Client.PostAsync(project ?? Manual, path, body, key, CancellationToken.None);

    public async Task<string> CreateAsync()
    {
        var answer = await PostAsync(BankPath.CreateRko, BankJson.Bytes(new CreateSession(null)), NewKey());
        return ((BankAnswer.Accepted)answer).Session.Id;
    }

    public Task<BankAnswer> StartPayoutAsync(string id, string account = Account, long amount = 350000) =>
        PostAsync(BankPath.StartRko, BankJson.Bytes(Start(id, account, amount)), NewKey());

    public Task<BankAnswer> InitCardAsync(string number = CardNumber, long amount = 10000) =>
        PostAsync(BankPath.InitCard, BankJson.Bytes(InitCard(number, amount)), NewKey(), Automatic);

    public Task<BankAnswer> ConfirmAsync(string id, string? information) =>
        PostAsync(BankPath.Confirm, Decide(id, information), NewKey());

    public Task<BankAnswer> CancelAsync(string id, string? information = null) =>
        PostAsync(BankPath.Cancel, Decide(id, information), NewKey());

    public async Task<SessionView> StatusAsync(string id, BankProject? project = null)
    {
        var answer = await PostAsync(BankPath.Status, BankJson.Bytes(new AskSession(id)), null, project);
        return ((BankAnswer.Accepted)answer).Session;
    }

    /// <summary>create and start, until the bank waits for the confirm.</summary>
    public async Task<SessionView> ReadyAsync(string account = Account, long amount = 350000)
    {
        var id = await CreateAsync();
        Assert.That(await StartPayoutAsync(id, account, amount), Is.TypeOf<BankAnswer.Accepted>());
        return await UntilAsync(id, s => s.AwaitsConfirm);
    }

    /// <summary>Asks until the session is as wanted, at most ten seconds.</summary>
    public async Task<SessionView> UntilAsync(string id, Func<SessionView, bool> wanted, BankProject? project = null)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (true)
        {
            var session = await StatusAsync(id, project);
            if (wanted(session))
                return session;
            if (limit.IsCancellationRequested)
                throw new AssertionException($"not reached in time; the session is {session}");
            await Task.Yield();
        }
    }

    public Task<BankEvent> HappenedAsync(BankEventKind kind, string? code = null) =>
        Bank.Events.WaitForAsync(
            e => e.Kind == kind && (code is null || e.Code == code),
            TimeSpan.FromSeconds(10),
            CancellationToken.None
        );

    public string NewKey() => $"key-{Interlocked.Increment(ref _keys)}";

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Bank.DisposeAsync();
        await Partner.DisposeAsync();
        _key.Dispose();
    }

    private static byte[] Decide(string id, string? information) =>
        BankJson.Bytes(new DecideSession(id, information is null ? null : new RawJson(information)));

    private static PaymentMethod Method(string account) =>
        PaymentMethod.Account(
            new("044525974", account, "Ivanov Ivan Ivanovich", "Fee under contract 12. VAT exempt", null, null, null)
        );

    private static ParticipantDetails From(string sender) => new(new Participant(sender, null), null);
}
