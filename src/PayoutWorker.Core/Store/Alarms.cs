using Npgsql;
using PayoutWorker.Payouts;

namespace PayoutWorker.Store;

/// <summary>Raises alarms. One open alarm for each kind and subject: raised again it counts on.</summary>
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
        await using var trip = new Trip(connection, transaction);
        Raise(trip, [.. alarms.Select(alarm => ((long?)null, alarm))]);
        await trip.SendAsync(cancellationToken);
    }

    /// <param name="alarms">Each with its payout, where it is about one.</param>
    public static void Raise(Trip trip, IReadOnlyList<(long? PayoutId, Alarm Alarm)> alarms)
    {
        if (alarms.Count > 0)
            trip.Add(
                "raise_alarms",
                ("alarm_kinds", alarms.Select(a => a.Alarm.Kind).ToArray()),
                ("alarm_subjects", alarms.Select(a => a.Alarm.Subject).ToArray()),
                ("alarm_texts", alarms.Select(a => a.Alarm.Text).ToArray()),
                ("alarm_payouts", alarms.Select(a => a.PayoutId).ToArray())
            );
    }
}
