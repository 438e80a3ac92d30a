using Dapper;
using Microsoft.Extensions.Logging;
using Npgsql;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.AtRest;

/// <summary>
/// Looks now and then whether every data key can be unwrapped, and erases sealed card numbers that no call needs any
/// more.
/// </summary>
/// <param name="sealedAtMost">Since the call that may have carried the number.</param>
internal sealed class AtRestWatch(
    NpgsqlDataSource database,
    BodyVault vault,
    TimeSpan sealedAtMost,
    TimeProvider time,
    Counters counters,
    ILogger<AtRestWatch> logger
)
{
    private static readonly TimeSpan Most = TimeSpan.FromHours(1);

    private long? _lookedAt;

    /// <summary>What it found or did; null: nothing, or it is not time yet.</summary>
    public async Task<string?> RunAsync(CancellationToken stopping)
    {
        var every = sealedAtMost < Most ? sealedAtMost : Most;
        if (_lookedAt is { } at && time.GetElapsedTime(at) < every)
            return null;
        await using var connection = await database.OpenConnectionAsync(stopping);
        var lost = await LostAsync(connection, stopping);
        foreach (var key in lost)
        {
            var alarm = new Alarm(AlarmKind.KeyMissing, $"key {key.KekId}", Text(key));
            await Alarms.RaiseAsync(connection, null, [alarm], stopping);
            counters.Alarm(alarm.Kind);
            logger.Alarm(alarm.Kind, null);
        }
        var erased = await EraseAsync(connection, stopping);
        _lookedAt = time.GetTimestamp();
        return lost.Count + erased == 0 ? null
            : lost.Count == 0 ? $"{erased} sealed card numbers erased"
            : $"{lost.Count} keys are missing, {erased} sealed card numbers erased";
    }

    /// <summary>Keys that wrap data keys here, and that the ring does not hold.</summary>
    public static async Task<IReadOnlyList<string>> ProblemsAsync(
        NpgsqlConnection connection,
        KeyRing? ring,
        CancellationToken cancellationToken
    ) => [.. (await LostAsync(connection, ring, cancellationToken)).Select(Text)];

    private Task<IReadOnlyList<LostKey>> LostAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        LostAsync(connection, vault.Ring, cancellationToken);

    private static async Task<IReadOnlyList<LostKey>> LostAsync(
        NpgsqlConnection connection,
        KeyRing? ring,
        CancellationToken cancellationToken
    ) =>
        [
            .. await connection.QueryAsync<LostKey>(
                new CommandDefinition(
                    Sql.Text("read_lost_keys"),
                    new { known = ring?.Ids.ToArray() ?? [] },
                    cancellationToken: cancellationToken
                )
            ),
        ];

    private async Task<int> EraseAsync(NpgsqlConnection connection, CancellationToken stopping)
    {
        var sum = 0;
        int some;
        do
        {
            var erased = await connection.QueryAsync<long>(
                new CommandDefinition(
                    Sql.Text("erase_sealed_cards"),
                    new { age = sealedAtMost },
                    cancellationToken: stopping
                )
            );
            some = erased.Count();
            sum += some;
        } while (some > 0 && !stopping.IsCancellationRequested);
        return sum;
    }

    private static string Text(LostKey key) =>
        $"{key.DataKeys} data keys are wrapped by the key {key.KekId}, which AtRest:KeyFiles does not hold: what they "
        + "sealed cannot be read";

    private sealed class LostKey
    {
        public string KekId { get; init; } = "";
        public long DataKeys { get; init; }
    }
}
