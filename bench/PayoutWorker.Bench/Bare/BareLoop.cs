using System.Collections.Concurrent;
using System.Security.Cryptography;
using Bank131.Messages;
using Bank131.Webhooks;
using Dapper;
using PayoutWorker.Store;

namespace PayoutWorker.Bench.Bare;

/// <summary>
/// A loop that claims, writes every state, intent and webhook, makes the calls, and does nothing else. No history, no
/// guard, no fence, no switch, no retry. In sets it is what a worker cannot go below with these writes; row by row it is
/// the loop that one writes first.
/// </summary>
internal sealed class BareLoop : IDisposable
{
    private readonly PeerSettings _settings;
    private readonly Coalescer<Move, bool> _moves;
    private readonly Coalescer<Webhook, bool> _inbox;
    private readonly ConcurrentDictionary<string, PeerOrder> _bySession = new();
    private readonly SemaphoreSlim _slots;
    private readonly bool _inSets;

    private BareLoop(PeerSettings settings, bool inSets)
    {
        (_settings, _inSets) = (settings, inSets);
        _slots = new SemaphoreSlim(settings.Concurrency);
        _moves = new(MoveAsync, move => move.Id, _ => false);
        _inbox = new(KeepAsync, null, _ => false);
    }

    /// <param name="inSets">Off: each row is claimed and each write committed by itself.</param>
    public static async Task RunAsync(PeerSettings settings, bool inSets)
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        using var loop = new BareLoop(settings, inSets);
        await PeerHost.RunAsync(settings, loop.ReceivedAsync, inSets ? loop.ClaimSetsAsync : loop.ClaimRowsAsync);
    }

    public void Dispose() => _slots.Dispose();

    private Task ClaimRowsAsync(CancellationToken stopping) =>
        Task.WhenAll(Enumerable.Range(0, _settings.Concurrency).Select(_ => Task.Run(() => OneByOneAsync(stopping))));

    private async Task OneByOneAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            if (await ClaimAsync(1, stopping) is not [var order])
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), stopping);
                continue;
            }
            await _slots.WaitAsync(stopping);
            await InSlotAsync(() => DriveAsync(order));
        }
    }

    private async Task ClaimSetsAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var free = Math.Min(_slots.CurrentCount, _settings.Concurrency);
            var orders = free < Math.Max(1, _settings.Concurrency / 8) ? [] : await ClaimAsync(free, stopping);
            foreach (var order in orders)
            {
                await _slots.WaitAsync(stopping);
                _ = Task.Run(() => InSlotAsync(() => DriveAsync(order)), CancellationToken.None);
            }
            if (orders.Count == 0)
                await Task.Delay(TimeSpan.FromMilliseconds(2), stopping);
        }
    }

    private async Task<IReadOnlyList<PeerOrder>> ClaimAsync(int limit, CancellationToken stopping)
    {
        await using var connection = await _settings.Database.OpenConnectionAsync(stopping);
        var rows = await connection.QueryAsync<PeerOrder>(OnSql.Claim, new { limit });
        return rows.AsList();
    }

    private async Task DriveAsync(PeerOrder order)
    {
        var session = await _settings.CallAsync(BankPath.CreateRko, order.Create(), order.Key("create"));
        _bySession[session] = order;
        await MoveAsync(new Move(order.Id, "starting") { SessionId = session, Intent = "start" });
        await _settings.CallAsync(BankPath.StartRko, order.Start(session), order.Key("start"));
        await MoveAsync(new Move(order.Id, "started"));
    }

    private async Task ReceivedAsync(byte[] body, string signature, WebhookView view)
    {
        var webhook = new Webhook(SHA256.HashData(body), body, signature, view.Session!.Id);
        await KeepAsync(webhook);
        // The bank has its answer; applying goes on behind it.
        _ = Task.Run(() => ApplyAsync(view, webhook.Hash), CancellationToken.None);
    }

    private async Task ApplyAsync(WebhookView view, byte[] webhook)
    {
        var (session, order) = (view.Session!, _bySession[view.Session!.Id]);
        if (view.Type == "payment_finished")
        {
            await MoveAsync(new Move(order.Id, "paid") { Webhook = webhook });
            _bySession.TryRemove(session.Id, out _);
            return;
        }
        var payout = session.Payouts[0];
        if (payout.Amount != order.Amount || payout.Payee.Account != order.RecipientAccount)
            throw new InvalidOperationException($"another payment in {session.Id}");
        await MoveAsync(new Move(order.Id, "ready") { Confirm = session.ConfirmInformation, Webhook = webhook });
        await _slots.WaitAsync();
        await InSlotAsync(async () =>
        {
            await MoveAsync(new Move(order.Id, "confirming") { Intent = "confirm" });
            var confirm = PeerOrder.Confirm(session.Id, session.ConfirmInformation);
            await _settings.CallAsync(BankPath.Confirm, confirm, order.Key("confirm"));
            await MoveAsync(new Move(order.Id, "confirmed"));
        });
    }

    private Task MoveAsync(Move move) => _inSets ? _moves.AddAsync(move) : MoveAsync([move]);

    private Task KeepAsync(Webhook webhook) => _inSets ? _inbox.AddAsync(webhook) : KeepAsync([webhook]);

    private async Task InSlotAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception e)
        {
            // The end of a task that nobody awaits; the run will miss this payout and fail.
            await Console.Error.WriteLineAsync(e.ToString());
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task<IReadOnlyList<bool>> MoveAsync(IReadOnlyList<Move> moves)
    {
        await using var connection = await _settings.Database.OpenConnectionAsync();
        await connection.ExecuteAsync(
            OnSql.Move,
            new
            {
                ids = moves.Select(move => move.Id).ToArray(),
                states = moves.Select(move => move.State).ToArray(),
                sessions = moves.Select(move => move.SessionId).ToArray(),
                confirms = moves.Select(move => move.Confirm).ToArray(),
                intents = moves.Select(move => move.Intent).ToArray(),
                webhooks = moves.Select(move => move.Webhook).ToArray(),
            }
        );
        return [.. moves.Select(_ => true)];
    }

    private async Task<IReadOnlyList<bool>> KeepAsync(IReadOnlyList<Webhook> webhooks)
    {
        await using var connection = await _settings.Database.OpenConnectionAsync();
        await connection.ExecuteAsync(
            OnSql.Keep,
            new
            {
                hashes = webhooks.Select(webhook => webhook.Hash).ToArray(),
                bodies = webhooks.Select(webhook => webhook.Body).ToArray(),
                signatures = webhooks.Select(webhook => webhook.Signature).ToArray(),
                sessions = webhooks.Select(webhook => webhook.SessionId).ToArray(),
            }
        );
        return [.. webhooks.Select(_ => true)];
    }

    private sealed record Webhook(byte[] Hash, byte[] Body, string Signature, string SessionId);

    /// <param name="Id">Of the payout.</param>
    /// <param name="State">What it becomes, unless it is further already.</param>
    private sealed record Move(long Id, string State)
    {
        public string? SessionId { get; init; }
        public string? Confirm { get; init; }

        /// <summary>The call that this write intends.</summary>
        public string? Intent { get; init; }

        /// <summary>The hash of the webhook that this write applies.</summary>
        public byte[]? Webhook { get; init; }
    }
}
