using Bank131.Client;
using Bank131.Messages;
using Bank131.Webhooks;
using Dapper;
using Hangfire;
using Npgsql;

namespace PayoutWorker.Bench.HangfirePeer;

/// <summary>
/// The jobs, each with its own rows and commits. A job that throws is repeated by Hangfire (10 times) and goes on where
/// the row stands.
/// </summary>
public sealed class PayoutJobs(NpgsqlDataSource source, BankClient bank, BankProject project, IBackgroundJobClient jobs)
{
    public async Task CreateAsync(long id)
    {
        if (await CreateSessionAsync(id))
            jobs.Enqueue<PayoutJobs>(job => job.StartAsync(id));
    }

    public async Task CreateAndStartAsync(long id)
    {
        if (await CreateSessionAsync(id))
            await StartAsync(id);
    }

    public async Task StartAsync(long id)
    {
        await using var db = await source.OpenConnectionAsync();
        var p = await ReadAsync(db, id);
        if (p.State != "starting")
            return;
        var ru = new RussianAccount(p.RecipientBik, p.RecipientAccount, p.RecipientName, p.Purpose, null, null, null);
        var request = new StartPayout(
            p.SessionId!,
            PaymentMethod.Account(ru),
            new AmountDetails(p.Amount, "rub"),
            new ParticipantDetails(new Participant(p.SenderAccount, null), null)
        );
        await PostAsync(BankPath.StartRko, BankJson.Bytes(request), $"{p.ErpKey}:start");
        await AnsweredAsync(db, id, "start", "starting", "started");
    }

    public async Task ConfirmAsync(byte[] sha256)
    {
        await using var db = await source.OpenConnectionAsync();
        var body = await db.QuerySingleAsync<byte[]>(
            "SELECT body FROM peer.inbox WHERE sha256 = @sha256",
            new { sha256 }
        );
        var session = WebhookView.Read(body)!.Session!;
        var p = await db.QuerySingleAsync<PeerPayout>(
            "SELECT * FROM peer.payout WHERE session_id = @id",
            new { id = session.Id }
        );
        if (p.State is not ("starting" or "started" or "confirming"))
            return;
        var shown = session.Payouts.Single();
        if (shown.Amount != p.Amount || shown.Payee.Account != p.RecipientAccount)
            throw new InvalidOperationException("the bank shows another amount or payee");
        await using (var transaction = await db.BeginTransactionAsync())
        {
            await db.ExecuteAsync(
                """
                UPDATE peer.payout SET state = 'confirming', confirm_information = @info
                WHERE id = @id AND state IN ('starting', 'started', 'confirming')
                """,
                new { p.Id, info = session.ConfirmInformation }
            );
            await IntendAsync(db, p, "confirm");
            await AppliedAsync(db, sha256);
            await transaction.CommitAsync();
        }
        var request = new DecideSession(session.Id, new RawJson(session.ConfirmInformation!));
        await PostAsync(BankPath.Confirm, BankJson.Bytes(request), $"{p.ErpKey}:confirm");
        await AnsweredAsync(db, p.Id, "confirm", "confirming", "confirmed");
    }

    public async Task FinishAsync(byte[] sha256, string sessionId)
    {
        await using var db = await source.OpenConnectionAsync();
        await using var transaction = await db.BeginTransactionAsync();
        await db.ExecuteAsync(
            """
            UPDATE peer.payout SET state = 'paid', finished_at = clock_timestamp()
            WHERE session_id = @sessionId AND state IN ('confirming', 'confirmed')
            """,
            new { sessionId }
        );
        await AppliedAsync(db, sha256);
        await transaction.CommitAsync();
    }

    // False: this payout was driven before.
    private async Task<bool> CreateSessionAsync(long id)
    {
        await using var db = await source.OpenConnectionAsync();
        var p = await ReadAsync(db, id);
        if (p.State is not ("new" or "creating"))
            return p.State == "starting";
        await using (var transaction = await db.BeginTransactionAsync())
        {
            await db.ExecuteAsync(
                """
                UPDATE peer.payout SET state = 'creating', first_call_at = coalesce(first_call_at, clock_timestamp())
                WHERE id = @id AND state IN ('new', 'creating')
                """,
                new { id }
            );
            await IntendAsync(db, p, "create");
            await transaction.CommitAsync();
        }
        // An empty session moves no money: a repeat asks for another, under a key of its own.
        var key = p.State == "new" ? $"{p.ErpKey}:create" : $"{p.ErpKey}:create:{Guid.NewGuid():N}";
        var reference = new RawJson(System.Text.Json.JsonSerializer.Serialize(new { @ref = p.ErpKey }));
        var answer = await PostAsync(BankPath.CreateRko, BankJson.Bytes(new CreateSession(reference)), key);
        var session = ((BankAnswer.Accepted)answer).Session.Id;
        await using (var transaction = await db.BeginTransactionAsync())
        {
            // A second job for this payout leaves its session unused.
            var mine = await db.ExecuteAsync(
                "UPDATE peer.payout SET state = 'starting', session_id = @session WHERE id = @id AND state = 'creating'",
                new { id, session }
            );
            if (mine == 0)
                return false;
            await db.ExecuteAsync(
                "UPDATE peer.call SET outcome = 'ok' WHERE payout_id = @id AND step = 'create'",
                new { id }
            );
            await IntendAsync(db, p, "start");
            await transaction.CommitAsync();
        }
        return true;
    }

    private async Task<BankAnswer> PostAsync(string path, byte[] body, string key)
    {
        var answer = await bank.PostAsync(project, path, body, key, CancellationToken.None);
        return
            answer
                is BankAnswer.Accepted
                    // The step was taken before and its answer was lost.
                    or BankAnswer.Refused { Error.Code: "idempotency_key_already_exists" }
            ? answer
            : throw new InvalidOperationException($"{path}: {answer.GetType().Name}");
    }

    private static Task<PeerPayout> ReadAsync(NpgsqlConnection db, long id) =>
        db.QuerySingleAsync<PeerPayout>("SELECT * FROM peer.payout WHERE id = @id", new { id });

    private static Task IntendAsync(NpgsqlConnection db, PeerPayout p, string step) =>
        db.ExecuteAsync(
            """
            INSERT INTO peer.call (payout_id, step, idempotency_key) VALUES (@Id, @step, @key) ON CONFLICT DO NOTHING
            """,
            new
            {
                p.Id,
                step,
                key = $"{p.ErpKey}:{step}",
            }
        );

    private static async Task AnsweredAsync(NpgsqlConnection db, long id, string step, string from, string to)
    {
        await using var transaction = await db.BeginTransactionAsync();
        await db.ExecuteAsync(
            "UPDATE peer.payout SET state = @to WHERE id = @id AND state = @from",
            new
            {
                id,
                from,
                to,
            }
        );
        await db.ExecuteAsync(
            "UPDATE peer.call SET outcome = 'ok' WHERE payout_id = @id AND step = @step",
            new { id, step }
        );
        await transaction.CommitAsync();
    }

    private static Task AppliedAsync(NpgsqlConnection db, byte[] sha256) =>
        db.ExecuteAsync("UPDATE peer.inbox SET applied_at = clock_timestamp() WHERE sha256 = @sha256", new { sha256 });
}
