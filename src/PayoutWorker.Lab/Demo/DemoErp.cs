using Dapper;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.Lab.Demo;

/// <summary>The ERP's part of the demo: plain SQL as payouts_erp, and nothing else.</summary>
internal sealed class DemoErp(Town town)
{
    private const string Insert = """
        INSERT INTO payouts.outbox
            (erp_key, method, flow, amount, sender_account, recipient_name, recipient_account, recipient_bik, purpose,
             sealed_card, card_last4, register_id)
        SELECT o.*, 'demo'
        FROM unnest(@keys::text[], @methods::text[], @flows::text[], @amounts::bigint[], @senders::text[],
                    @names::text[], @accounts::text[], @biks::text[], @purposes::text[], @cards::bytea[],
                    @last4s::text[]) AS o
        """;

    public async Task InsertAsync(IReadOnlyList<DemoOrder> orders, CancellationToken cancellationToken)
    {
        await using var connection = await town.Erp.OpenConnectionAsync(cancellationToken);
        var parameters = new
        {
            keys = orders.Select(order => order.Key).ToArray(),
            methods = orders.Select(order => order.Kind.Card ? "card" : "account").ToArray(),
            flows = orders.Select(order => order.Kind.Flow).ToArray(),
            amounts = orders.Select(order => order.Amount).ToArray(),
            senders = orders.Select(Sender).ToArray(),
            names = orders.Select(_ => "Petrov Petr Petrovich").ToArray(),
            accounts = orders.Select(order => order.Kind.Card ? null : order.Payee).ToArray(),
            biks = orders.Select(order => order.Kind.Card ? null : order.Kind.BadBik ?? "044525974").ToArray(),
            purposes = orders.Select(order => order.Kind.Card ? null : "Fee under contract 12. VAT exempt").ToArray(),
            cards = orders.Select(order => order.Kind.Card ? town.Keys.Seal(order.Payee, order.Key) : null).ToArray(),
            last4s = orders.Select(order => order.Kind.Card ? order.Payee[^4..] : null).ToArray(),
        };
        await connection.ExecuteAsync(new CommandDefinition(Insert, parameters, cancellationToken: cancellationToken));
    }

    /// <summary>Asks to cancel, until it is cancelled: before the bank has it, a cancel is carried out at once.</summary>
    public async Task CancelAsync(IReadOnlyList<DemoOrder> orders, CancellationToken cancellationToken)
    {
        await using var connection = await town.Erp.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(
            new CommandDefinition(
                "SELECT payouts.request_cancel(key, 'ordered twice by mistake') FROM unnest(@keys::text[]) AS key",
                new { keys = orders.Select(order => order.Key).ToArray() },
                cancellationToken: cancellationToken
            )
        );
    }

    /// <summary>State by key.</summary>
    public async Task<IReadOnlyDictionary<string, string>> StatesAsync(CancellationToken cancellationToken)
    {
        await using var connection = await town.Erp.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<(string Key, string State)>(
            new CommandDefinition(
                "SELECT erp_key, state FROM payouts.status WHERE register_id = 'demo'",
                cancellationToken: cancellationToken
            )
        );
        return rows.ToDictionary(row => row.Key, row => row.State);
    }

    private static string? Sender(DemoOrder order) =>
        !order.Kind.Card ? Town.Sender
        : order.Kind.Checked ? Town.CheckedCardsSender
        : null;
}
