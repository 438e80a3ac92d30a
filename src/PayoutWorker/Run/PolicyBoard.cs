using Dapper;
using Npgsql;
using PayoutWorker.Decisions;
using PayoutWorker.Store;

namespace PayoutWorker.Host.Run;

/// <summary>
/// The policy in force. Operators change the meaning of the bank's error codes in the database, so it is read again
/// every half minute.
/// </summary>
internal sealed class PolicyBoard(
    Policy configured,
    NpgsqlDataSource database,
    TimeProvider time,
    ILogger<PolicyBoard> logger
) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    private volatile Policy _current = configured;

    public Policy Current => _current;

    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<(string Code, string Class)>(
            new CommandDefinition(Sql.Text("read_bank_errors"), cancellationToken: cancellationToken)
        );
        var codes = rows.ToDictionary(row => row.Code, row => DbText.ParseErrorClass(row.Class));
        var known = _current.ErrorCodes;
        if (codes.Count == known.Count && !codes.Except(known).Any())
            return;
        _current = _current with { ErrorCodes = codes };
        logger.ErrorCodesRead(codes.Count);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await TryReadAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The worker stops.
        }
    }

    private async Task TryReadAsync(CancellationToken stopping)
    {
        try
        {
            await ReadAsync(stopping);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // The boundary of one look: what was known before stays in force.
            logger.ErrorCodesNotRead(e);
        }
    }
}
