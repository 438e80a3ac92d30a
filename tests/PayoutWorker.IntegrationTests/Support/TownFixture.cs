using Dapper;
using PayoutWorker.Lab.Postgres;
using PayoutWorker.Lab.Processes;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.IntegrationTests.Support;

/// <summary>A town with one worker for all tests of a fixture; each test pays payees of its own.</summary>
internal abstract class TownFixture
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static int _payees;

    protected Town Town { get; private set; } = null!;
    protected TownWorker Worker => Town.Workers[0];

    protected virtual TownOptions Options => new() { Scale = 0.05 };

    /// <summary>How many workers there are from the beginning.</summary>
    protected virtual int WorkerCount => 1;

    /// <summary>Before there is a town.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>Where it is built: by default in a database of its own on everybody's server.</summary>
    protected virtual async Task<(PostgresServer Server, string Database)> HomeAsync() =>
        (Cluster.Server, await Cluster.NewDatabaseAsync());

    [OneTimeSetUp]
    public async Task BuildAsync()
    {
        await PrepareAsync();
        var (server, database) = await HomeAsync();
        Town = await Town.StartAsync(Options, server, database, CancellationToken.None);
        for (var i = 1; i <= WorkerCount; i++)
            await Town.StartWorkerAsync($"worker-{i}", CancellationToken.None);
    }

    [OneTimeTearDown]
    public async Task LeaveAsync()
    {
        if (Town is not null)
            await Town.DisposeAsync();
    }

    /// <summary>An account that no other test pays to.</summary>
    protected static string NewAccount() => $"4081781040000{Interlocked.Increment(ref _payees):0000000}";

    /// <summary>A card number, valid by its check digit, that no other test pays to.</summary>
    protected static string NewCard()
    {
        var number = $"220024{Interlocked.Increment(ref _payees):000000000}";
        var sum = 0;
        for (var i = 0; i < number.Length; i++)
        {
            var digit = (number[^(i + 1)] - '0') * (i % 2 == 0 ? 2 : 1);
            sum += digit > 9 ? digit - 9 : digit;
        }
        return number + ((10 - (sum % 10)) % 10);
    }

    /// <summary>Inserts an account order as the ERP does; returns its key.</summary>
    protected async Task<string> OrderAsync(
        string account,
        long amount = 350000,
        string? flow = null,
        string bik = "044525974"
    )
    {
        var key = "T-" + account;
        await using var connection = await Town.Erp.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO payouts.outbox (erp_key, method, flow, amount, sender_account, recipient_name, recipient_account,
                                        recipient_bik, purpose, metadata)
            VALUES (@key, 'account', @flow, @amount, @sender, 'Petrov Petr', @account, @bik, 'Fee. VAT exempt', '{"n":1}')
            """,
            new
            {
                key,
                flow,
                amount,
                sender = Town.Sender,
                account,
                bik,
            }
        );
        return key;
    }

    /// <summary>Inserts a card order as the ERP does; returns its key.</summary>
    protected async Task<string> OrderCardAsync(string card, long amount = 10000, string? sender = null)
    {
        var key = "T-card-" + card[^8..];
        await using var connection = await Town.Erp.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            INSERT INTO payouts.outbox (erp_key, method, amount, sender_account, recipient_name, sealed_card, card_last4)
            VALUES (@key, 'card', @amount, @sender, 'Petrov Petr', @sealed, @last4)
            """,
            new
            {
                key,
                amount,
                sender,
                @sealed = Town.Keys.Seal(card, key),
                last4 = card[^4..],
            }
        );
        return key;
    }

    /// <summary>Waits, with a deadline, until the ERP reads one of these states; fails with the history otherwise.</summary>
    protected async Task<Status> WaitForAsync(string key, params string[] states)
    {
        Status? status = null;
        try
        {
            await Poll.UntilAsync(
                $"{key} to be {string.Join(" or ", states)}",
                async _ => Array.IndexOf(states, (status = await StatusAsync(key)).State) >= 0,
                Patience,
                CancellationToken.None
            );
            return status!;
        }
        catch (TimeoutException)
        {
            Assert.Fail(
                $"{key} is {status!.State}, expected {string.Join(" or ", states)}:\n{string.Join('\n', await HistoryAsync(key))}"
            );
            throw;
        }
    }

    /// <summary>
    /// After a kill a card is paid, once, or it was intended and never sent: then a person is asked and nothing is paid,
    /// since what may have been sent is never sent again.
    /// </summary>
    protected Task WaitForCardAsync(string key, string card) =>
        Poll.UntilAsync(
            $"{key} to be paid once, or held and not paid",
            async _ =>
                (await StatusAsync(key), Town.Bank.Ledger.Of(card).Count) switch
                {
                    ({ State: "paid" }, 1) => true,
                    ({ State: "held", HeldKind: "outcome_unknown" }, 0) => true,
                    _ => false,
                },
            Patience,
            CancellationToken.None
        );

    protected async Task<Status> StatusAsync(string key)
    {
        await using var connection = await Town.Erp.OpenConnectionAsync();
        return await connection.QuerySingleAsync<Status>(
            """
            SELECT state, reason, error_code AS ErrorCode, held_kind AS HeldKind, may_pay_again AS MayPayAgain,
                   returned_amount AS ReturnedAmount, bank_session_id AS SessionId
            FROM payouts.status WHERE erp_key = @key
            """,
            new { key }
        );
    }

    /// <summary>Who moved it, from where to where and why, oldest first.</summary>
    protected async Task<IReadOnlyList<string>> HistoryAsync(string key)
    {
        await using var connection = await Town.Admin.OpenConnectionAsync();
        return
        [
            .. await connection.QueryAsync<string>(
                """
                SELECT e.who || ': ' || e.from_state || ' to ' || e.to_state || ': ' || e.why
                       || coalesce(' (' || e.evidence || ')', '')
                FROM payouts.event AS e JOIN payouts.outbox AS o ON o.id = e.payout_id
                WHERE o.erp_key = @key ORDER BY e.id
                """,
                new { key }
            ),
        ];
    }

    protected async Task<T> ScalarAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await Town.Admin.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    protected void PaidOnce(string payee, long amount) =>
        Assert.That(Town.Bank.Ledger.Of(payee), Has.Count.EqualTo(1).And.All.Property("Amount").EqualTo(amount));

    protected void NeverPaid(string payee) => Assert.That(Town.Bank.Ledger.Of(payee), Is.Empty);

    internal sealed record Status(
        string State,
        string? Reason,
        string? ErrorCode,
        string? HeldKind,
        bool MayPayAgain,
        long ReturnedAmount,
        string? SessionId
    );
}
