using System.Globalization;
using System.Text;
using PayoutWorker.Exports;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Lab.Postgres;
using PayoutWorker.Lab.Processes;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Accounting;

internal sealed class ExportTests : DatabaseTest
{
    private const string Names =
        "erp_key,payout_id,state,method,is_fast,amount,currency,returned_amount,fee,sender_account,recipient_name,"
        + "recipient_account,recipient_bik,recipient_inn,card_last4,purpose,register_id,ordered_at,finished_at,value_date,"
        + "bank_payout_id,bank_session_id,error_code,reason";

    private static readonly DateOnly Day = new(2026, 3, 11);

    [Test]
    public async Task Rows_carry_exact_amounts_fees_value_dates_and_Moscow_times()
    {
        var paid = await PaidAsync("=HYPERLINK(\"x\")");
        await PayoutAsync(PayoutState.New, "N-1");
        await AtAsync("2026-03-10 21:00 UTC");

        var lines = await LinesAsync(new ExportQuery(Day, Day, null, null, false));

        Assert.That(lines[0], Is.EqualTo(Names));
        Assert.That(
            lines[1],
            Is.EqualTo(
                $"\"'=HYPERLINK(\"\"x\"\")\",{paid},paid,account,false,3500.01,RUB,0.00,35.00,40702810300200000013,"
                    + "Petrov Petr,40817810400003869535,044525974,,,Fee under contract 12. VAT exempt,,2026-03-11 00:00:00,"
                    + "2026-03-11 00:00:00,2026-03-12,,,,"
            )
        );
        Assert.That(lines[2], Does.Contain(",new,").And.Contain(",3500.01,RUB,0.00,,4"));
        Assert.That(lines, Has.Length.EqualTo(4).And.ItemAt(3).Empty);
    }

    [Test]
    public async Task Days_account_and_state_choose_the_rows()
    {
        await PayoutAsync(PayoutState.New, "N-1");
        await PayoutAsync(PayoutState.Held, "H-1");
        await PayoutAsync(PayoutState.Held, "H-2", "40702810300200000099");
        await AtAsync("2026-03-11 20:59:59 UTC");
        Assert.That(
            await KeysAsync(new ExportQuery(Day, Day, null, null, true)),
            Is.EqualTo(new[] { "N-1", "H-1", "H-2" })
        );
        Assert.That(await KeysAsync(new ExportQuery(Day, Day, null, "held", true)), Is.EqualTo(new[] { "H-1", "H-2" }));
        Assert.That(
            await KeysAsync(new ExportQuery(Day, Day, "40702810300200000099", "held", true)),
            Is.EqualTo(new[] { "H-2" })
        );
        Assert.That(await KeysAsync(new ExportQuery(Day.AddDays(1), Day.AddDays(9), null, null, true)), Is.Empty);
        await AtAsync("2026-03-11 21:00 UTC");
        Assert.That(await KeysAsync(new ExportQuery(Day, Day, null, null, true)), Is.Empty);
    }

    [Test]
    public async Task Masked_rows_show_no_whole_payee()
    {
        await PayoutAsync(PayoutState.New, "N-1");
        await AtAsync("2026-03-11 10:00 UTC");
        var row = (await LinesAsync(new ExportQuery(Day, Day, null, null, true)))[1];
        Assert.That(row, Does.Contain(",Petrov P.,…9535,"));
        Assert.That(row, Does.Not.Contain("Petr,").And.Not.Contain("contract"));
    }

    [Test]
    public async Task Only_one_page_of_rows_is_in_memory_at_a_time()
    {
        await Db.ExecuteAsync(
            """
            INSERT INTO payouts.outbox (erp_key, method, amount)
            SELECT 'B-' || g, 'account', g FROM generate_series(1, 1005) AS g
            """
        );
        await AtAsync("2026-03-11 10:00 UTC");
        using var output = new Writes();
        var rows = await new PayoutExport(Db.Worker, pageRows: 100).WriteAsync(
            new ExportQuery(Day, Day, null, null, true),
            new CsvFormat(),
            output,
            default
        );
        Assert.That(rows, Is.EqualTo(1005));
        Assert.That(output.Lines.Sum(), Is.EqualTo(1006), "with the names");
        Assert.That(output.Lines, Has.All.LessThanOrEqualTo(101));
    }

    [Test]
    public async Task The_verb_writes_a_whole_file_or_none()
    {
        await PaidAsync("V-1");
        await AtAsync("2026-03-11 10:00 UTC");
        var folder = Directory.CreateTempSubdirectory("payouts-export-").FullName;
        try
        {
            var file = Path.Combine(folder, "march.csv");
            var first = await VerbAsync("--from", "2026-03-01", "--to", "2026-03-31", "--output", file, "--excel");
            Assert.That(first.ExitCode, Is.Zero, string.Join('\n', first.Output));
            Assert.That(first.Output, Has.Member("1 payouts written."));
            var bytes = await File.ReadAllBytesAsync(file);
            Assert.That(bytes[..3], Is.EqualTo(Encoding.UTF8.Preamble.ToArray()));
            Assert.That(Encoding.UTF8.GetString(bytes), Does.Contain("V-1;").And.Contain(";3500,01;RUB;0,00;35,00;"));
            Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(1));

            var again = await VerbAsync("--from", "2026-03-01", "--to", "2026-03-31", "--output", file);
            Assert.That((again.ExitCode, again.Output[0]), Is.EqualTo((1, $"PayoutWorker: {file} is there already")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public async Task The_pages_role_may_export_and_read_nothing_more()
    {
        await PaidAsync("O-1");
        await AtAsync("2026-03-11 10:00 UTC");
        using var output = new MemoryStream();
        await new PayoutExport(Db.Ops).WriteAsync(
            new ExportQuery(Day, Day, null, null, true),
            new CsvFormat(),
            output,
            default
        );
        Assert.That(Encoding.UTF8.GetString(output.ToArray()), Does.Contain("O-1,"));
    }

    private Task<ProcessResult> VerbAsync(params string[] arguments) =>
        ChildProcess.RunAsync(
            new ChildProcessOptions(
                "dotnet",
                [Path.Combine(AppContext.BaseDirectory, "PayoutWorker.dll"), "export", .. arguments]
            )
            {
                Environment = new Dictionary<string, string?>
                {
                    ["PAYOUTS_Database__ConnectionString"] = Cluster.Server.ConnectionString(
                        Db.Name,
                        PostgresRoles.Worker
                    ),
                },
            },
            CancellationToken.None
        );

    private async Task<string[]> LinesAsync(ExportQuery query)
    {
        using var output = new MemoryStream();
        await new PayoutExport(Db.Worker).WriteAsync(query, new CsvFormat(), output, default);
        return Encoding.UTF8.GetString(output.ToArray()).Split("\r\n");
    }

    private async Task<IEnumerable<string>> KeysAsync(ExportQuery query) =>
        (await LinesAsync(query)).Skip(1).Where(line => line.Length > 0).Select(line => line.Split(',')[0]);

    private Task<long> PayoutAsync(PayoutState state, string key, string sender = "40702810300200000013") =>
        Db.PayoutAsync(state, order: new OrderRow(key) { Amount = 350001, SenderAccount = sender });

    private async Task<long> PaidAsync(string key)
    {
        var id = await PayoutAsync(PayoutState.Paid, key);
        await Db.ExecuteAsync(
            """
            INSERT INTO payouts.statement_line (account, day, key, side, amount, currency, kind, payout_id)
            VALUES ('40702810300200000013', '2026-03-12', 'a', 'debit', 350001, 'RUB', 'payout', @id),
                   ('40702810300200000013', '2026-03-12', 'b', 'debit', 3500, 'RUB', 'fee', @id)
            """,
            new { id }
        );
        return id;
    }

    private Task AtAsync(string at) =>
        Db.ExecuteAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                SET session_replication_role = replica;
                UPDATE payouts.outbox
                SET created_at = '{at}', finished_at = CASE WHEN finished_at IS NOT NULL THEN '{at}'::timestamptz END;
                RESET session_replication_role
                """
            )
        );

    /// <summary>Counts the lines of each write.</summary>
    private sealed class Writes : MemoryStream
    {
        public List<int> Lines { get; } = [];

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Lines.Add(buffer.Span.Count((byte)'\n'));
            return ValueTask.CompletedTask;
        }
    }
}
