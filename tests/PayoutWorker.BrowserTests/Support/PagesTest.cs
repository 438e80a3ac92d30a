using Dapper;
using Microsoft.Playwright;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Lab.Processes;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.BrowserTests.Support;

/// <summary>A town whose worker shows the pages, and a browser before them.</summary>
internal abstract class PagesTest
{
    protected const string Password = "correct horse battery";
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    protected static readonly TownPerson Operator = new("olga", Password, UserRole.Operator);
    protected static readonly TownPerson Second = new("semyon", Password, UserRole.Operator);
    protected static readonly TownPerson Viewer = new("vera", Password, UserRole.Viewer);

    private static int _payees;
    private readonly List<IBrowserContext> _contexts = [];

    protected Town Town { get; private set; } = null!;
    protected Uri Admin => Town.Workers[0].Admin;

    protected virtual IReadOnlyDictionary<string, object> Settings => new Dictionary<string, object>();

    [OneTimeSetUp]
    public async Task BuildAsync()
    {
        Town = await Town.StartAsync(
            new TownOptions
            {
                Scale = 0.05,
                People = [Operator, Second, Viewer],
                WorkerSettings = Settings,
            },
            Cluster.Server,
            await Cluster.NewDatabaseAsync(),
            CancellationToken.None
        );
        await Town.StartWorkerAsync("worker-1", CancellationToken.None);
    }

    [OneTimeTearDown]
    public async Task LeaveAsync()
    {
        if (Town is not null)
            await Town.DisposeAsync();
    }

    [TearDown]
    public async Task CloseAsync()
    {
        foreach (var context in _contexts)
            await context.DisposeAsync();
        _contexts.Clear();
    }

    /// <summary>A page in a session of its own, on which nobody is signed in.</summary>
    protected async Task<IPage> NewPageAsync(BrowserNewContextOptions? options = null)
    {
        options ??= new BrowserNewContextOptions();
        options.BaseURL = Admin.ToString();
        var context = await Browser.Running.NewContextAsync(options);
        _contexts.Add(context);
        context.SetDefaultTimeout((float)Patience.TotalMilliseconds);
        return await context.NewPageAsync();
    }

    protected async Task<IPage> SignedInAsync(TownPerson person, BrowserNewContextOptions? options = null)
    {
        var page = await NewPageAsync(options);
        await page.GotoAsync("/ops");
        await FillAsync(page, person.Name, person.Password);
        await page.Locator(".person").WaitForAsync();
        return page;
    }

    protected static async Task FillAsync(IPage page, string name, string password)
    {
        await page.GetByLabel("Name").FillAsync(name);
        await page.GetByLabel("Password").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    /// <summary>The token that a form of this session must carry, taken from the page that is open.</summary>
    protected static Task<string> TokenAsync(IPage page) =>
        page.Locator("input[name=__RequestVerificationToken]").First.InputValueAsync();

    /// <summary>A post made by hand, in the page's session and with its token.</summary>
    protected static async Task<IAPIResponse> PostAsync(
        IPage page,
        string path,
        params (string Name, string Value)[] fields
    )
    {
        var form = page.APIRequest.CreateFormData();
        form.Set("__RequestVerificationToken", await TokenAsync(page));
        foreach (var (name, value) in fields)
            form.Set(name, value);
        return await page.APIRequest.PostAsync(path, new() { Form = form, MaxRedirects = 0 });
    }

    /// <summary>Inserts an account order as the ERP does; returns its key.</summary>
    protected async Task<string> OrderAsync(string? account = null, string? notBefore = null, long amount = 350000)
    {
        account ??= NewAccount();
        var key = "INV-" + account[^6..];
        await using var connection = await Town.Erp.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO payouts.outbox
                (erp_key, method, amount, sender_account, recipient_name, recipient_account, recipient_bik, purpose, not_before)
            VALUES
                (@key, 'account', @amount, @sender, 'Petrov Petr', @account, '044525974', 'Fee. VAT exempt', now() + @notBefore::interval)
            """,
            new
            {
                key,
                amount,
                sender = Town.Sender,
                account,
                notBefore,
            }
        );
        return key;
    }

    protected static string NewAccount() => $"4081781040000{Interlocked.Increment(ref _payees):0000000}";

    protected async Task<T> ScalarAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await Town.Admin.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    protected Task<string> StateAsync(string key) =>
        ScalarAsync<string>("SELECT state FROM payouts.status WHERE erp_key = @key", new { key });

    protected Task<long> IdAsync(string key) =>
        ScalarAsync<long>("SELECT id FROM payouts.outbox WHERE erp_key = @key", new { key });

    protected Task UntilAsync(string key, string state) =>
        Poll.UntilAsync(
            $"{key} to be {state}",
            async _ => await StateAsync(key) == state,
            Patience,
            CancellationToken.None
        );

    /// <summary>An order that the ERP held before anything of it was sent.</summary>
    protected async Task<string> HeldOrderAsync()
    {
        var key = await OrderAsync(notBefore: "1 day");
        await ScalarAsync<string>("SELECT payouts.request_hold(@key, 'ask the branch first')", new { key });
        await UntilAsync(key, "held");
        return key;
    }
}
