using System.Globalization;
using Dapper;
using Npgsql;
using PayoutWorker.Store;

namespace PayoutWorker.Exports;

/// <param name="Since">First Moscow day of the orders.</param>
/// <param name="Until">Last one, included.</param>
/// <param name="Account">Sender account; null for all.</param>
/// <param name="State">One state; null for all.</param>
/// <param name="Masked">Payees' names, accounts, INN and purposes are shortened or left out.</param>
internal sealed record ExportQuery(DateOnly Since, DateOnly Until, string? Account, string? State, bool Masked);

/// <summary>
/// Payouts as CSV, a page at a time: neither a million rows nor a long transaction, which would keep the worker's
/// tables from being cleaned. Each row is as it was when its page was read.
/// </summary>
internal sealed class PayoutExport(NpgsqlDataSource database, int pageRows = 2000)
{
    private static readonly HashSet<string> Amounts = ["amount", "returned_amount", "fee"];

    /// <returns>How many payouts were written.</returns>
    public async Task<long> WriteAsync(
        ExportQuery query,
        CsvFormat format,
        Stream output,
        CancellationToken cancellationToken
    )
    {
        var range = await RangeAsync(query, cancellationToken);
        var text = new CsvText(format);
        if (format.ByteOrderMark)
            await output.WriteAsync(new byte[] { 0xEF, 0xBB, 0xBF }, cancellationToken);
        var (rows, isFirst) = (0L, true);
        for (long? after = range.After; after is { } from; isFirst = false)
        {
            (after, var found) = await PageAsync(query, range, from, text, isFirst, cancellationToken);
            rows += found;
            await output.WriteAsync(text.Take(), cancellationToken);
        }
        await output.FlushAsync(cancellationToken);
        return rows;
    }

    private async Task<Range> RangeAsync(ExportQuery query, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<Range>(
            new CommandDefinition(
                Sql.Text("find_export_range"),
                new
                {
                    since = query.Since.ToDateTime(TimeOnly.MinValue),
                    until = query.Until.AddDays(1).ToDateTime(TimeOnly.MinValue),
                },
                cancellationToken: cancellationToken
            )
        );
    }

    // Returns the last id that was looked at; null when there was nothing left.
    private async Task<(long? After, long Found)> PageAsync(
        ExportQuery query,
        Range range,
        long after,
        CsvText text,
        bool withNames,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var reader = await connection.ExecuteReaderAsync(
            new CommandDefinition(
                Sql.Text("read_export_page"),
                new
                {
                    after,
                    stop = range.Stop,
                    since = range.Since,
                    until = range.Until,
                    account = query.Account,
                    state = query.State,
                    masked = query.Masked,
                    scan = pageRows,
                },
                cancellationToken: cancellationToken
            )
        );
        string[] names = [.. Enumerable.Range(1, reader.FieldCount - 1).Select(reader.GetName)];
        if (withNames)
            Names(text, names);
        var (last, found) = ((long?)null, 0L);
        while (await reader.ReadAsync(cancellationToken))
        {
            last = reader.IsDBNull(0) ? null : reader.GetInt64(0);
            if (reader.IsDBNull(1))
                continue;
            found++;
            for (var i = 1; i < reader.FieldCount; i++)
                if (Amounts.Contains(names[i - 1]))
                    text.Money(reader.IsDBNull(i) ? null : reader.GetInt64(i));
                else
                    text.Field(Text(reader.GetValue(i)));
            text.EndRow();
        }
        return (last, found);
    }

    private static void Names(CsvText text, string[] names)
    {
        foreach (var name in names)
            text.Field(name);
        text.EndRow();
    }

    private static string? Text(object value) =>
        value switch
        {
            DBNull => null,
            bool yes => yes ? "true" : "false",
            DateTime day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture),
        };

    private sealed class Range
    {
        public DateTime Since { get; init; }
        public DateTime Until { get; init; }
        public long After { get; init; }
        public long Stop { get; init; }
    }
}
