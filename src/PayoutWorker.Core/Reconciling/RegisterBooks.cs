using Bank131.Registers;
using Bank131.Views;
using Dapper;
using Npgsql;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.Reconciling;

/// <param name="Project">As configured under Bank:Projects.</param>
internal sealed record RegisterFile(
    string Project,
    DateOnly Day,
    string Name,
    byte[] Sha256,
    IReadOnlyList<RegisterLine> Lines
)
{
    /// <summary>What stands in a difference where a statement's has the account.</summary>
    public string Account => "register " + Project;
}

/// <summary>
/// The bank's daily register beside our rows, by the comparison that statements go through. It reports and settles
/// nothing: no real register has been read yet. What it reports as not paid here is found out by asking the bank.
/// </summary>
internal sealed class RegisterBooks(NpgsqlDataSource database, ReconcileOptions options)
{
    private const int LongSeconds = 300;

    /// <summary>The same file again changes nothing. Returns what differs, open or explained before.</summary>
    public async Task<IReadOnlyList<Difference>> CompareAsync(RegisterFile file, CancellationToken cancellationToken)
    {
        var statement = new StatementView(file.Account, file.Day, null, null, null, null, [.. file.Lines.Select(Line)]);
        var lines = BookLine.Of(statement);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var (rows, known) = await ReadAsync(connection, file, lines, cancellationToken);
        var compared = Comparison.Run(
            new ComparisonOrder(
                statement,
                lines,
                rows,
                known,
                Closed: true,
                Complete: false,
                options with
                {
                    Settles = false,
                    // A fee is a column of its own here, so no line is one.
                    FeeWord = "",
                }
            )
        );
        Difference[] differences = [.. compared.Differences, .. compared.Findings.Select(finding => finding.Otherwise)];
        await StoreAsync(connection, file, compared.Lines);
        await new Books(database).WriteAsync(
            new TakenDay(file.Account, file.Day, 1, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch),
            closed: true,
            compared.Lines,
            differences,
            kinds => Told(file, kinds)
        );
        return differences;
    }

    private static StatementLine Line(RegisterLine line) =>
        new(
            line.OperationId,
            line.Kind switch
            {
                RegisterKind.Payout => StatementSide.Debit,
                RegisterKind.Return => StatementSide.Credit,
                _ => StatementSide.Unknown,
            },
            line.Amount,
            line.Currency,
            line.Day,
            line.Account,
            line.Account is null ? line.Last4 : null,
            null,
            line.Reference
        );

    private async Task<(IReadOnlyList<BookRow> Rows, IReadOnlyDictionary<string, long> Known)> ReadAsync(
        NpgsqlConnection connection,
        RegisterFile file,
        IReadOnlyList<BookLine> lines,
        CancellationToken cancellationToken
    )
    {
        string[] sessions = [.. file.Lines.Select(line => line.SessionId).OfType<string>().Distinct()];
        await using var transaction = await BeginLongAsync(connection, cancellationToken);
        var rows = await connection.QueryAsync<BookRowData>(
            new CommandDefinition(
                Sql.Text("read_register_rows"),
                new
                {
                    project = file.Project,
                    day = file.Day,
                    begin = options.BeginOf(file.Day) - options.MidnightGrace,
                    end = options.BeginOf(file.Day.AddDays(1)) - options.MidnightGrace,
                    since = options.BeginOf(file.Day.AddDays(1)) + Books.Since,
                    around = TimeSpan.FromDays(Math.Max(1, options.ShiftDays)),
                    payment_ids = file.Lines.Select(line => line.OperationId).OfType<string>().Distinct().ToArray(),
                    session_ids = sessions,
                },
                transaction,
                LongSeconds,
                cancellationToken: cancellationToken
            )
        );
        var bySession = (
            await connection.QueryAsync<(string SessionId, long PayoutId, short N)>(
                new CommandDefinition(
                    Sql.Text("find_sessions"),
                    new { session_ids = sessions },
                    transaction,
                    cancellationToken: cancellationToken
                )
            )
        ).ToDictionary(found => found.SessionId, found => found.PayoutId);
        await transaction.CommitAsync(cancellationToken);
        // The session says whose a line is, also where a return bears an id of its own.
        var known = lines
            .Zip(file.Lines)
            .Where(pair => pair.Second.SessionId is { } session && bySession.ContainsKey(session))
            .ToDictionary(pair => pair.First.Key, pair => bySession[pair.Second.SessionId!]);
        return ([.. rows.Select(row => row.ToRow(options))], known);
    }

    private static async Task StoreAsync(NpgsqlConnection connection, RegisterFile file, IReadOnlyList<Placed> placed)
    {
        await using var transaction = await BeginLongAsync(connection, CancellationToken.None);
        await connection.ExecuteAsync(
            Sql.Text("write_register"),
            new
            {
                project = file.Project,
                day = file.Day,
                name = file.Account,
                file_name = file.Name,
                sha256 = file.Sha256,
                keys = placed.Select(line => line.Line.Key).ToArray(),
                operations = file.Lines.Select(line => line.OperationId).ToArray(),
                sessions = file.Lines.Select(line => line.SessionId).ToArray(),
                kinds = file.Lines.Select(line => line.Kind.ToString().ToLowerInvariant()).ToArray(),
                amounts = file.Lines.Select(line => line.Amount).ToArray(),
                fees = file.Lines.Select(line => line.Fee).ToArray(),
                currencies = file.Lines.Select(line => line.Currency).ToArray(),
                line_payouts = placed.Select(line => line.PayoutId).ToArray(),
            },
            transaction,
            LongSeconds
        );
        await transaction.CommitAsync(CancellationToken.None);
    }

    private static async Task<NpgsqlTransaction> BeginLongAsync(
        NpgsqlConnection connection,
        CancellationToken cancellationToken
    )
    {
        var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(
            new CommandDefinition(
                Sql.Text("allow_long"),
                new { bound = $"{LongSeconds}s" },
                transaction,
                cancellationToken: cancellationToken
            )
        );
        return transaction;
    }

    private static Alarm Told(RegisterFile file, IReadOnlyList<string> kinds)
    {
        var counts = kinds.CountBy(kind => kind).OrderBy(count => count.Key).Select(c => $"{c.Value} {c.Key}");
        return new Alarm(
            AlarmKind.BooksDiffer,
            $"{file.Account} {file.Day:yyyy-MM-dd}",
            $"the bank's register and our rows differ: {string.Join(", ", counts)}; see payouts.differences"
        );
    }
}
