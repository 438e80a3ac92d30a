using System.Security.Cryptography;
using System.Text.Json;
using Bank131.Messages;
using Bank131.Signing;
using Bank131.Views;
using Bank131.Webhooks;
using Dapper;
using Hangfire;
using Npgsql;

namespace PayoutWorker.Bench.HangfirePeer;

/// <summary>
/// Takes the bank's webhooks. Hangfire cannot enqueue in a transaction of ours, so the job follows the commit and the
/// answer follows the job: after a crash between the two the bank sends again, and the job is enqueued again.
/// </summary>
internal sealed class Webhooks(
    NpgsqlDataSource source,
    VerifyingKeys bankKeys,
    IBackgroundJobClient jobs,
    PayoutJobs payouts,
    Plan plan
)
{
    public async Task<IResult> ReceiveAsync(HttpRequest request)
    {
        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer);
        var body = buffer.ToArray();
        var signature = request.Headers[BankHeader.Sign].ToString();
        if (bankKeys.Verify(body, signature) is null)
            return Results.Unauthorized();
        var view = WebhookView.Read(body);
        var (sha256, session) = (SHA256.HashData(body), view?.Session?.Id ?? "");
        await using (var db = await source.OpenConnectionAsync())
            await db.ExecuteAsync(
                """
                INSERT INTO peer.inbox (sha256, body, signature, session_id)
                VALUES (@sha256, @body, @signature, @session) ON CONFLICT DO NOTHING
                """,
                new
                {
                    sha256,
                    body,
                    signature,
                    session,
                }
            );
        if (view?.Type == "ready_to_confirm")
            jobs.Enqueue<PayoutJobs>(job => job.ConfirmAsync(sha256));
        else if (view?.Type == "payment_finished" && view.Session?.Payouts is [{ Status: PayoutStatus.Succeeded }])
            await FinishAsync(sha256, session);
        return Results.Ok();
    }

    /// <summary>A job for each new payout, or for each of the given ids; Hangfire takes them one at a time.</summary>
    public async Task<IResult> EnqueueAsync(HttpRequest request)
    {
        var given = request.ContentLength > 0 ? await JsonSerializer.DeserializeAsync<long[]>(request.Body) : null;
        await using var db = await source.OpenConnectionAsync();
        var ids = await db.QueryAsync<long>(
            """
            SELECT id FROM peer.payout
            WHERE state = 'new' AND (@given::bigint[] IS NULL OR id = ANY (@given::bigint[])) ORDER BY id
            """,
            new { given }
        );
        foreach (var id in ids)
            if (plan.JobPerStep)
                jobs.Enqueue<PayoutJobs>(job => job.CreateAsync(id));
            else
                jobs.Enqueue<PayoutJobs>(job => job.CreateAndStartAsync(id));
        return Results.Ok();
    }

    private async Task FinishAsync(byte[] sha256, string session)
    {
        if (plan.JobPerStep)
            jobs.Enqueue<PayoutJobs>(job => job.FinishAsync(sha256, session));
        else
            await payouts.FinishAsync(sha256, session);
    }
}
