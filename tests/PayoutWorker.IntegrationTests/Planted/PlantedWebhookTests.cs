using System.Security.Cryptography;
using Bank131.Messages;
using Bank131.Signing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using PayoutWorker.Inbox;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Jobs;
using PayoutWorker.Payouts;
using PayoutWorker.Store;
using PayoutWorker.Watching;

namespace PayoutWorker.IntegrationTests.Planted;

/// <summary>C13: the webhook is answered 200 before it is committed, and a crash or a full disk loses it.</summary>
internal sealed class PlantedWebhookTests : DatabaseTest
{
    private static readonly byte[] Body = """{"type":"payment_finished"}"""u8.ToArray();

    [Test]
    public async Task C13_Answering_200_before_the_commit()
    {
        Assert.That(await PostAsync(Db.Store()), Is.EqualTo(200), "the database takes it");
        Assert.That(await StoredAsync(), Is.EqualTo(1));
        await Db.ExecuteAsync("DELETE FROM payouts.webhook");
        await Db.ExecuteAsync("REVOKE INSERT ON payouts.webhook FROM payouts_worker");

        Assert.That(await PostAsync(Db.Store()), Is.EqualTo(503), "without the bug");
        Assert.That(
            await PostAsync(new HastyStore(Db.Store())),
            Is.EqualTo(200),
            "with it: lost, and the bank is told 200"
        );
        Assert.That(await StoredAsync(), Is.Zero);
    }

    private static async Task<int> PostAsync(IPayoutStore store)
    {
        using var bank = RSA.Create(2048);
        using var keys = new VerifyingKeys([("bank", bank.ExportSubjectPublicKeyInfoPem())]);
        using var counters = new Counters();
        var endpoint = new WebhookEndpoint(
            store,
            keys,
            new Wakeups(),
            counters,
            new RefusedWebhooks(),
            NullLogger<WebhookEndpoint>.Instance
        );
        var http = new DefaultHttpContext();
        http.Request.Body = new MemoryStream(Body);
        http.Request.Headers[BankHeader.Sign] = Convert.ToBase64String(
            bank.SignData(Body, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        );
        var result = await endpoint.HandleAsync(http.Request, default);
        return ((IStatusCodeHttpResult)result).StatusCode!.Value;
    }

    private Task<long> StoredAsync() => Db.ScalarAsync<long>("SELECT count(*) FROM payouts.webhook");

    /// <summary>Says that it is stored while it is still on its way.</summary>
    private sealed class HastyStore(IPayoutStore inner) : IPayoutStore
    {
        public Task AddWebhookAsync(RawWebhook webhook)
        {
            _ = inner.AddWebhookAsync(webhook);
            return Task.CompletedTask;
        }

        public Task<IReadOnlyList<Claimed>> ClaimAsync(ClaimOrder order, CancellationToken cancellationToken) =>
            inner.ClaimAsync(order, cancellationToken);

        public Task<Written> WriteAsync(long payoutId, Func<Payout, Change?> decide) =>
            inner.WriteAsync(payoutId, decide);

        public Task<InboxResult> ApplyInboxAsync(InboxOrder order, CancellationToken cancellationToken) =>
            inner.ApplyInboxAsync(order, cancellationToken);

        public Task<IReadOnlyList<Payout>> TakeReturnsAsync(
            int limit,
            TimeSpan lease,
            CancellationToken cancellationToken
        ) => inner.TakeReturnsAsync(limit, lease, cancellationToken);

        public Task ReturnsAskedAsync(
            IReadOnlyList<long> ids,
            IReadOnlyList<TimeSpan> intervals,
            CancellationToken cancellationToken
        ) => inner.ReturnsAskedAsync(ids, intervals, cancellationToken);
    }
}
