using System.Collections.Concurrent;
using Dapper;
using Npgsql;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.Lab.Chaos.Orders;

/// <summary>
/// The ERP, as payouts_erp: it inserts, and changes its mind. Its database dies under it too, so it does what the
/// contract says: it inserts again under the same keys until the database has said yes.
/// </summary>
internal sealed class ChaosErp(Town town, ChaosTally tally, TimeProvider time)
{
    private const int TriesMax = 200;

    private const string Insert = """
        INSERT INTO payouts.outbox
            (erp_key, method, flow, amount, sender_account, recipient_name, recipient_account, recipient_bik, purpose,
             sealed_card, card_last4, register_id)
        SELECT o.*, 'chaos'
        FROM unnest(@keys::text[], @methods::text[], @flows::text[], @amounts::bigint[], @senders::text[],
                    @names::text[], @accounts::text[], @biks::text[], @purposes::text[], @cards::bytea[],
                    @last4s::text[]) AS o
        ON CONFLICT (erp_key) DO NOTHING
        """;

    private readonly ConcurrentDictionary<string, bool> _held = [];
    private readonly ConcurrentDictionary<string, bool> _cancelled = [];

    /// <summary>Asked to hold, and not released for sure.</summary>
    public bool MayHold(string key) => _held.ContainsKey(key);

    public bool MayHaveCancelled(string key) => _cancelled.ContainsKey(key);

    public IReadOnlyCollection<string> Holds => [.. _held.Keys];

    public async Task InsertAsync(IReadOnlyList<ChaosOrder> orders, CancellationToken cancellationToken)
    {
        foreach (var order in orders)
            if (order.Script is { } script)
                town.Bank.Script(script);
        var parameters = Parameters(orders);
        for (var tries = 1; ; tries++)
        {
            try
            {
                await using var connection = await town.Erp.OpenConnectionAsync(cancellationToken);
                await connection.ExecuteAsync(
                    new CommandDefinition(Insert, parameters, cancellationToken: cancellationToken)
                );
                return;
            }
            catch (Exception e) when (tries < TriesMax && IsOutage(e))
            {
                tally.Count("inserts repeated by the ERP");
                await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken);
            }
        }
    }

    public Task<bool> CancelAsync(string key, CancellationToken cancellationToken) =>
        AskAsync("request_cancel", key, () => _cancelled[key] = true, cancellationToken);

    public Task<bool> HoldAsync(string key, CancellationToken cancellationToken) =>
        AskAsync("request_hold", key, () => _held[key] = true, cancellationToken);

    public async Task<bool> ReleaseAsync(string key, CancellationToken cancellationToken)
    {
        var released = await AskAsync("request_release", key, () => { }, cancellationToken);
        if (released)
            _held.TryRemove(key, out _);
        return released;
    }

    /// <summary>True when the database has agreed. What is asked for may happen in any other case too.</summary>
    private async Task<bool> AskAsync(
        string function,
        string key,
        Action mayHappen,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await using var connection = await town.Erp.OpenConnectionAsync(cancellationToken);
            var answer = await connection.ExecuteScalarAsync<string>(
                new CommandDefinition(
                    $"SELECT payouts.{function}(@key, 'chaos')",
                    new { key },
                    cancellationToken: cancellationToken
                )
            );
            // Held for a reason of its own: nobody asked for that.
            if (answer != "is held")
                mayHappen();
            tally.Count($"{function}: {answer}");
            return answer is "asked" or "released";
        }
        catch (PostgresException e) when (e.SqlState.StartsWith("PW", StringComparison.Ordinal))
        {
            tally.Count($"{function}: refused");
            return false;
        }
        catch (Exception e) when (IsOutage(e))
        {
            mayHappen();
            tally.Count($"{function}: the database was away");
            return false;
        }
    }

    public static bool IsOutage(Exception e) =>
        e is PostgresException refused
            ? refused.IsTransient
            : e is NpgsqlException or IOException or TimeoutException or System.Net.Sockets.SocketException;

    private object Parameters(IReadOnlyList<ChaosOrder> orders) =>
        new
        {
            keys = orders.Select(order => order.Key).ToArray(),
            methods = orders.Select(order => order.IsCard ? "card" : "account").ToArray(),
            flows = orders
                .Select(order => order.Flow == ChaosFlow.AccountOneRequest ? "single_request" : null)
                .ToArray(),
            amounts = orders.Select(order => order.Amount).ToArray(),
            senders = orders.Select(Sender).ToArray(),
            names = orders.Select(_ => "Petrov Petr Petrovich").ToArray(),
            accounts = orders.Select(order => order.IsCard ? null : order.Payee).ToArray(),
            biks = orders
                .Select(order =>
                    order.IsCard ? null
                    : order.HasWrongBik ? "04452597"
                    : "044525974"
                )
                .ToArray(),
            purposes = orders.Select(order => order.IsCard ? null : "Fee under contract 12. VAT exempt").ToArray(),
            cards = orders.Select(order => order.IsCard ? town.Keys.Seal(order.Payee, order.Key) : null).ToArray(),
            last4s = orders.Select(order => order.IsCard ? order.Payee[^4..] : null).ToArray(),
        };

    private static string? Sender(ChaosOrder order) =>
        order.Flow switch
        {
            ChaosFlow.Card => null,
            ChaosFlow.CheckedCard => Town.CheckedCardsSender,
            _ => Town.Sender,
        };
}
