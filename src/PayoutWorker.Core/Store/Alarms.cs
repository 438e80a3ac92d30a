using Dapper;
using Npgsql;
using PayoutWorker.Payouts;

namespace PayoutWorker.Store;

/// <summary>Raises alarms that no payout's change carries. One open alarm for each kind and subject: raised again it counts on.</summary>
internal sealed class Alarms(NpgsqlDataSource database)
{
    public async Task RaiseAsync(Alarm alarm, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await RaiseAsync(connection, null, [alarm], cancellationToken);
    }

    public static async Task RaiseAsync(
        NpgsqlConnection connection,
        NpgsqlTransaction? transaction,
        IReadOnlyList<Alarm> alarms,
        CancellationToken cancellationToken
    )
    {
        if (alarms.Count == 0)
            return;
        await connection.ExecuteAsync(
            new CommandDefinition(
                Sql.Text("raise_alarms"),
                new
                {
                    alarm_kinds = alarms.Select(alarm => alarm.Kind).ToArray(),
                    alarm_subjects = alarms.Select(alarm => alarm.Subject).ToArray(),
                    alarm_texts = alarms.Select(alarm => alarm.Text).ToArray(),
                    alarm_payouts = alarms.Select(_ => (long?)null).ToArray(),
                },
                transaction,
                cancellationToken: cancellationToken
            )
        );
    }
}
