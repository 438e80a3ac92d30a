using System.Security.Cryptography;
using Npgsql;
using PayoutWorker.AtRest;
using PayoutWorker.Decisions;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>What the bank tells about people lies sealed in the database, and a lost key is never taken for silence.</summary>
internal sealed class AtRestTests : DatabaseTest
{
    private static readonly byte[] Kek = RandomNumberGenerator.GetBytes(32);
    private static readonly byte[] OtherKek = RandomNumberGenerator.GetBytes(32);

    private static readonly OrderRow Order = new("A-1");

    [Test]
    public async Task A_webhook_lies_sealed_and_is_applied_by_another_process()
    {
        var id = await Db.PayoutAsync(PayoutState.Started, order: Order);
        var body = BankBody.ReadyToConfirm(Forge.SessionId(id), Order);
        var endpoint = Store(Db.Webhook, Kek);
        await endpoint.AddWebhookAsync(BankBody.Raw(body));
        await endpoint.AddWebhookAsync(BankBody.Raw(body));

        Assert.That(await BodiesAsync(), Is.EqualTo(1), "the same body is one webhook, sealed or not");
        Assert.That(
            await Db.ScalarAsync<bool>("SELECT position(convert_to('Petrov', 'UTF8') IN body) = 0 FROM payouts.webhook")
        );
        await Store(Db.Worker, Kek).ApplyInboxAsync(Rules.Inbox, default);
        Assert.That(await Db.StateAsync(id), Is.EqualTo("ready"));
    }

    [Test]
    public async Task What_is_echoed_lies_sealed_and_comes_back_byte_for_byte()
    {
        var (id, pinned) = await ReadyAsync(Store(Db.Worker, Kek));
        foreach (var column in new[] { "confirm_information", "echo" })
            Assert.That(
                await Db.ScalarAsync<string>($"SELECT {column} FROM payouts.bank_session"),
                Does.StartWith("pw1:").And.Not.Contain("{"),
                column
            );
        var read = (await Store(Db.Worker, Kek).ReadAsync([id], default))[0].Session!;
        Assert.That(read.ConfirmInformation, Is.EqualTo(pinned));
        Assert.That(Echo.FromText(read.Echo)!.Account, Is.EqualTo(Order.RecipientAccount));
    }

    [Test]
    public async Task What_was_written_in_clear_before_is_still_read()
    {
        var (id, pinned) = await ReadyAsync(Db.Store());
        var read = (await Store(Db.Worker, Kek).ReadAsync([id], default))[0].Session!;
        Assert.That((read.ConfirmInformation, read.Unreadable), Is.EqualTo((pinned, (string?)null)));
    }

    [Test]
    public async Task A_webhook_whose_key_is_missing_waits_and_counts_when_the_key_is_back()
    {
        var id = await Db.PayoutAsync(PayoutState.Started, order: Order);
        await Store(Db.Worker, Kek).AddWebhookAsync(BankBody.Raw(BankBody.ReadyToConfirm(Forge.SessionId(id), Order)));

        foreach (var blind in new[] { Store(Db.Worker, OtherKek), Db.Store() })
        {
            await MakeDueAsync();
            var result = await blind.ApplyInboxAsync(Rules.Inbox, default);
            Assert.That(result.Alarms.Select(alarm => alarm.Kind), Is.EqualTo(new[] { AlarmKind.KeyMissing }));
            Assert.That(await Db.StateAsync(id), Is.EqualTo("started"), "it goes on asking the bank");
            Assert.That(
                await Db.ScalarAsync<bool>(
                    "SELECT applied_at IS NULL AND due_at > now() AND outcome = 'cannot be decrypted' FROM payouts.webhook"
                )
            );
        }
        await MakeDueAsync();
        await Store(Db.Worker, Kek).ApplyInboxAsync(Rules.Inbox, default);
        Assert.That(await Db.StateAsync(id), Is.EqualTo("ready"));
    }

    [Test]
    public async Task Nothing_is_confirmed_while_what_the_bank_showed_cannot_be_read()
    {
        var (id, pinned) = await ReadyAsync(Store(Db.Worker, Kek));
        var sealedText = await Db.ScalarAsync<string>("SELECT confirm_information FROM payouts.bank_session");
        var blind = Store(Db.Worker, OtherKek);
        var payout = (await blind.ReadAsync([id], default))[0];
        Assert.That(payout.Session!.ConfirmInformation, Is.Null);
        Assert.That(Rules.Next(payout).HoldKind, Is.EqualTo(HoldKind.BeforeMoney));
        await blind.WriteAsync(id, Rules.Next);
        Assert.That(await Db.StateAsync(id), Is.EqualTo("held"));
        Assert.That(
            await Db.ScalarAsync<string>("SELECT reason FROM payouts.status"),
            Does.Contain("cannot be decrypted")
        );
        // Written by one who cannot read it: what stands there stays.
        await blind.WriteAsync(id, p => Decision.Untouched(p) with { Session = p.Session });
        Assert.That(
            await Db.ScalarAsync<string>("SELECT confirm_information FROM payouts.bank_session"),
            Is.EqualTo(sealedText)
        );
        var back = (await Store(Db.Worker, Kek).ReadAsync([id], default))[0];
        Assert.That(back.Session!.ConfirmInformation, Is.EqualTo(pinned));
    }

    [Test]
    public async Task A_sealed_value_that_was_moved_to_another_row_is_not_read_there()
    {
        var (id, _) = await ReadyAsync(Store(Db.Worker, Kek));
        var (other, _) = await ReadyAsync(Store(Db.Worker, Kek), new OrderRow("A-2"));
        await Db.ExecuteAsync(
            """
            UPDATE payouts.bank_session AS b SET confirm_information = a.confirm_information
            FROM payouts.bank_session AS a WHERE a.payout_id = @id AND b.payout_id = @other
            """,
            new { id, other }
        );
        var read = (await Store(Db.Worker, Kek).ReadAsync([other], default))[0];
        Assert.That(read.Session!.Unreadable, Does.Contain("moved from another row"));
    }

    [Test]
    public async Task A_process_stores_one_data_key_and_stores_it_again_when_the_database_went_back()
    {
        var vault = new BodyVault(new KeyRing([Kek]), TimeProvider.System);
        await using var builder = new NpgsqlDataSourceBuilder(Db.Webhook.ConnectionString + ";Pooling=false")
            .UsePhysicalConnectionInitializer(vault.Store, vault.StoreAsync)
            .Build();
        var store = new PostgresStore(builder, "endpoint", TimeSpan.FromDays(1), vault: vault);
        for (var i = 0; i < 3; i++)
            await store.AddWebhookAsync(BankBody.Raw([.. "{}"u8, (byte)('0' + i)]));
        Assert.That(await Db.ScalarAsync<long>("SELECT count(*) FROM payouts.data_key"), Is.EqualTo(1));

        // As a restore does: the key's row is gone, and every connection with it.
        await Db.ExecuteAsync("DELETE FROM payouts.data_key");
        await store.AddWebhookAsync(BankBody.Raw("{}"u8.ToArray()));
        Assert.That(await Db.ScalarAsync<long>("SELECT count(*) FROM payouts.data_key"), Is.EqualTo(1));
        Assert.That(
            (await Store(Db.Worker, Kek).ApplyInboxAsync(Rules.Inbox, default)).Alarms.Select(a => a.Kind),
            Has.None.EqualTo(AlarmKind.KeyMissing)
        );
    }

    [Test]
    public async Task After_a_rewrap_the_old_key_is_not_needed_any_more()
    {
        var (id, pinned) = await ReadyAsync(Store(Db.Worker, Kek));
        var both = new KeyRing([OtherKek, Kek]);
        Assert.That(await Rewrapping.RunAsync(Db.Worker, both, default), Is.EqualTo(1));
        Assert.That(await Rewrapping.RunAsync(Db.Worker, both, default), Is.Zero);
        await using var connection = await Db.Worker.OpenConnectionAsync();
        Assert.That(await AtRestWatch.ProblemsAsync(connection, new KeyRing([OtherKek]), default), Is.Empty);
        Assert.That(await AtRestWatch.ProblemsAsync(connection, null, default), Has.Count.EqualTo(1));
        var read = (await Store(Db.Worker, OtherKek).ReadAsync([id], default))[0].Session!;
        Assert.That(read.ConfirmInformation, Is.EqualTo(pinned));
    }

    private static PostgresStore Store(NpgsqlDataSource role, byte[] kek) =>
        new(role, "w1", TimeSpan.FromDays(1), vault: new BodyVault(new KeyRing([kek]), TimeProvider.System));

    private async Task<(long Id, string Pinned)> ReadyAsync(PostgresStore store, OrderRow? order = null)
    {
        var id = await Db.PayoutAsync(PayoutState.Started, order: order ?? Order);
        var body = BankBody.ReadyToConfirm(Forge.SessionId(id), order ?? Order);
        await store.AddWebhookAsync(BankBody.Raw(body));
        await store.ApplyInboxAsync(Rules.Inbox, default);
        Assert.That(await Db.StateAsync(id), Is.EqualTo("ready"));
        return (id, Bank131.Webhooks.WebhookView.Read(body)!.Session!.ConfirmInformation!);
    }

    private Task<long> BodiesAsync() => Db.ScalarAsync<long>("SELECT count(*) FROM payouts.webhook");

    private Task MakeDueAsync() =>
        Db.ExecuteAsync("UPDATE payouts.webhook SET due_at = now() WHERE applied_at IS NULL");
}
