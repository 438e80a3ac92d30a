using Dapper;
using Npgsql;
using PayoutWorker.Payouts;

namespace PayoutWorker.Store;

/// <summary>Raises alarms that are about no payout; those about one are written with its change.</summary>
internal sealed class Alarms(NpgsqlDataSource database)
{
    /// <summary>One open alarm for each kind and subject: raised again it counts on.</summary>
    public async Task RaiseAsync(Alarm alarm, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(
            new CommandDefinition(
                Sql.Text("raise_alarms"),
                new
                {
                    alarm_kinds = new[] { alarm.Kind },
                    alarm_subjects = new[] { alarm.Subject },
                    alarm_texts = new[] { alarm.Text },
                    alarm_payouts = new long?[] { null },
                },
                cancellationToken: cancellationToken
            )
        );
    }
}
