using Bank131.Views;
using Dapper;
using Npgsql;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.Reconciling;

/// <summary>An account and day to be compared.</summary>
/// <param name="Attempts">How often it was tried in a row, this time counted.</param>
/// <param name="LeasedUntil">What tells this lease from a later request.</param>
/// <param name="Now">Database clock.</param>
internal sealed record TakenDay(
    string Account,
    DateOnly Day,
    int Attempts,
    DateTimeOffset LeasedUntil,
    DateTimeOffset Now
);

/// <summary>The tables of the statements and differences. Payouts themselves are changed through the ordinary store.</summary>
internal sealed class Books(NpgsqlDataSource database)
{
    // Longer than a statement of 100,000 lines takes; a day that is compared twice at once is only work done twice.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(15);

    // A day of 100,000 payouts is read and written whole; the usual bound of a statement is for what payouts wait for.
    private const int LongSeconds = 300;

    /// <summary>What ended this long after a day is still read with it: the bank may have booked it on that day.</summary>
    public static readonly TimeSpan Since = TimeSpan.FromDays(7);

    public async Task PlanAsync(ReconcileOptions options, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(
            new CommandDefinition(
                Sql.Text("plan_statements"),
                new
                {
                    accounts = Numbers(options),
                    bank_time = options.BankTime,
                    after = options.After,
                },
                cancellationToken: cancellationToken
            )
        );
    }

    /// <summary>One that is due, leased; null when none is.</summary>
    public async Task<TakenDay?> TakeAsync(ReconcileOptions options, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<TakenRow>(
            new CommandDefinition(
                Sql.Text("take_statement"),
                new { accounts = Numbers(options), lease = Lease },
                cancellationToken: cancellationToken
            )
        );
        return row is null ? null : new TakenDay(row.Account, row.Day, row.Attempts, row.LeasedUntil, row.Now);
    }

    public async Task PutOffAsync(TakenDay taken, TimeSpan pause, string problem, Alarm? alarm)
    {
        await using var connection = await database.OpenConnectionAsync();
        await connection.ExecuteAsync(
            Sql.Text("put_off_statement"),
            new
            {
                account = taken.Account,
                day = taken.Day,
                pause,
                problem,
            }
        );
        if (alarm is not null)
            await Alarms.RaiseAsync(connection, null, [alarm], CancellationToken.None);
    }

    /// <summary>Keeps what the bank said, before anything is made of it. The same statement again changes nothing.</summary>
    public async Task StoreAsync(
        StatementView statement,
        IReadOnlyList<BookLine> lines,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await BeginLongAsync(connection, cancellationToken);
        await connection.ExecuteAsync(
            new CommandDefinition(
                Sql.Text("store_statement"),
                new
                {
                    account = statement.Account,
                    day = statement.Day,
                    opening = statement.Opening,
                    closing = statement.Closing,
                    debit = statement.Debit,
                    credit = statement.Credit,
                    adds_up = statement.AddsUp,
                    keys = lines.Select(line => line.Key).ToArray(),
                    payment_ids = lines.Select(line => line.Line.PaymentId).ToArray(),
                    sides = lines.Select(line => line.Line.Side.ToString().ToLowerInvariant()).ToArray(),
                    amounts = lines.Select(line => line.Line.Amount).ToArray(),
                    currencies = lines.Select(line => line.Line.Currency).ToArray(),
                    booked_ons = lines.Select(line => line.Line.BookedOn).ToArray(),
                    other_accounts = lines.Select(line => line.Line.OtherAccount).ToArray(),
                    card_last4s = lines.Select(line => line.Line.CardLast4).ToArray(),
                    purposes = lines.Select(line => line.Line.Purpose).ToArray(),
                    line_refs = lines.Select(line => line.Line.Reference).ToArray(),
                },
                transaction,
                LongSeconds,
                cancellationToken: cancellationToken
            )
        );
        await transaction.CommitAsync(CancellationToken.None);
    }

    /// <summary>What the statement may be about, and what its lines were found to be before.</summary>
    public async Task<(IReadOnlyList<BookRow> Rows, IReadOnlyDictionary<string, long> Known)> ReadAsync(
        BookAccount account,
        StatementView statement,
        ReconcileOptions options,
        CancellationToken cancellationToken
    )
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await BeginLongAsync(connection, cancellationToken);
        var rows = await connection.QueryAsync<BookRowData>(
            new CommandDefinition(
                Sql.Text("read_book_rows"),
                new
                {
                    account = account.Number,
                    day = statement.Day,
                    card_projects = account.CardProjects.ToArray(),
                    begin = options.BeginOf(statement.Day) - options.MidnightGrace,
                    end = options.BeginOf(statement.Day.AddDays(1)) - options.MidnightGrace,
                    since = options.BeginOf(statement.Day.AddDays(1)) + Since,
                    around = TimeSpan.FromDays(Math.Max(1, options.ShiftDays)),
                    payment_ids = statement.Lines.Select(line => line.PaymentId).OfType<string>().Distinct().ToArray(),
                    payers = statement
                        .Lines.Where(line => line.Side == StatementSide.Credit)
                        .Select(line => line.OtherAccount)
                        .OfType<string>()
                        .Distinct()
                        .ToArray(),
                },
                transaction,
                LongSeconds,
                cancellationToken: cancellationToken
            )
        );
        var known = await connection.QueryAsync<(string Key, long PayoutId)>(
            new CommandDefinition(
                Sql.Text("read_known_lines"),
                new { account = account.Number, day = statement.Day },
                transaction,
                LongSeconds,
                cancellationToken: cancellationToken
            )
        );
        return (
            [.. rows.Select(row => row.ToRow(options))],
            known.ToDictionary(line => line.Key, line => line.PayoutId)
        );
    }

    /// <summary>Writes what was found. Returns the kinds of the differences that are new, or open again.</summary>
    public async Task<IReadOnlyList<string>> WriteAsync(
        TakenDay taken,
        bool closed,
        IReadOnlyList<Placed> lines,
        IReadOnlyList<Difference> differences,
        Func<IReadOnlyList<string>, Alarm> alarm
    )
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await BeginLongAsync(connection, CancellationToken.None);
        string[] news =
        [
            .. await connection.QueryAsync<string>(
                Sql.Text("write_books"),
                new
                {
                    account = taken.Account,
                    day = taken.Day,
                    closed,
                    leased_until = taken.LeasedUntil,
                    keys = lines.Select(line => line.Line.Key).ToArray(),
                    kinds = lines.Select(line => line.Kind.ToString().ToLowerInvariant()).ToArray(),
                    line_payouts = lines.Select(line => line.PayoutId).ToArray(),
                    difference_kinds = differences.Select(difference => difference.Kind).ToArray(),
                    subjects = differences.Select(difference => difference.Subject).ToArray(),
                    difference_payouts = differences.Select(difference => difference.PayoutId).ToArray(),
                    difference_payments = differences.Select(difference => difference.PaymentId).ToArray(),
                    theres = differences.Select(difference => difference.There).ToArray(),
                    heres = differences.Select(difference => difference.Here).ToArray(),
                    texts = differences.Select(difference => difference.Text).ToArray(),
                },
                transaction,
                LongSeconds
            ),
        ];
        if (news.Length > 0)
            await Alarms.RaiseAsync(connection, transaction, [alarm(news)], CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        return news;
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

    private static string[] Numbers(ReconcileOptions options) =>
        [.. options.Accounts.Select(account => account.Number)];

    private sealed class TakenRow
    {
        public string Account { get; init; } = "";
        public DateOnly Day { get; init; }
        public int Attempts { get; init; }
        public DateTimeOffset LeasedUntil { get; init; }
        public DateTimeOffset Now { get; init; }
    }
}
