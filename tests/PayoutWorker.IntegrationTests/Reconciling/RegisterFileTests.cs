using System.Globalization;
using Bank131.Simulator;
using Dapper;
using PayoutWorker.IntegrationTests.Support;
using PayoutWorker.Lab.Processes;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.IntegrationTests.Reconciling;

/// <summary>The bank's daily register, as the simulator writes it, read by the shipped program.</summary>
internal sealed class RegisterFileTests : TownFixture
{
    // Noon of the bank's day, so that no midnight comes between.
    private static readonly TimeSpan BankTime = TimeSpan.FromHours(12 - TimeProvider.System.GetUtcNow().Hour);
    private static readonly DateOnly Today = DateOnly.FromDateTime(
        TimeProvider.System.GetUtcNow().UtcDateTime + BankTime
    );

    protected override TownOptions Options =>
        new()
        {
            Scale = 0.05,
            WorkerSettings = new Dictionary<string, object>
            {
                ["Reconciliation:BankTime"] = BankTime.ToString("c", CultureInfo.InvariantCulture),
            },
        };

    [Test]
    public async Task What_was_planted_in_a_register_is_found_and_nothing_else_and_it_settles_nothing()
    {
        var (plain, missing, other, doubled) = (NewAccount(), NewAccount(), NewAccount(), NewAccount());
        var (failed, returned) = (NewAccount(), NewAccount());
        Town.Bank.Script(new PayoutScript(failed) { Outcome = Outcome.FailAfterConfirm });
        Town.Bank.Script(new PayoutScript(returned) { Returns = [new ReturnScript(TimeSpan.FromSeconds(20))] });
        await Task.WhenAll(
            PayAsync(plain, "paid"),
            PayAsync(missing, "paid"),
            PayAsync(other, "paid"),
            PayAsync(doubled, "paid"),
            PayAsync(failed, "failed"),
            PayAsync(returned, "returned")
        );
        var whole = RegisterWriter.Write(Town.Bank.Ledger, "p-accounts", Today, 3500, BankTime);

        var good = await ReadAsync(whole);
        Assert.That((good.ExitCode, good.Output[0]), Is.EqualTo((0, "5 payouts, 1 other lines, 0 differences")));
        Assert.That(
            await ScalarAsync<string>("SELECT count(*) || ' ' || sum(fee) FROM payouts.bank_register_line"),
            Is.EqualTo("6 17500")
        );

        var planted = Plant(whole, missing, other, doubled, await SessionAsync(failed));
        for (var i = 0; i < 2; i++)
        {
            var bad = await ReadAsync(planted);
            Assert.That((bad.ExitCode, bad.Output[0]), Is.EqualTo((1, "7 payouts, 1 other lines, 5 differences")));
            Assert.That(
                await DifferencesAsync(),
                Is.EquivalentTo(
                    new[]
                    {
                        $"not_there T-{missing} 0",
                        $"amount_differs T-{other} 350100",
                        $"paid_twice T-{doubled} 350000",
                        $"not_paid_here T-{failed} 350000",
                        "not_here po_stranger 7700",
                    }
                ),
                $"look {i + 1}"
            );
        }
        Assert.That((await StatusAsync("T-" + failed)).State, Is.EqualTo("failed"), "a person asks the bank");
        Assert.That(
            await ScalarAsync<string>("SELECT kind || ' ' || subject FROM payouts.alarm WHERE kind = 'books_differ'"),
            Is.EqualTo($"books_differ register accounts {Today:yyyy-MM-dd}")
        );

        // The corrected file explains what the wrong one had shown.
        Assert.That((await ReadAsync(whole)).ExitCode, Is.Zero);
        Assert.That(await DifferencesAsync(), Is.Empty);
    }

    [Test]
    public async Task A_file_of_another_day_or_an_unknown_project_is_refused()
    {
        await RefusedAsync(ReadAsync("", name: "accounts_2026-03-01_2026-03-31.csv"), "is not of the day alone");
        await RefusedAsync(ReadAsync("", project: "nobodys"), "--project: expected");
        await RefusedAsync(
            ReadAsync("operationId,typeOfPayment,paymentLocalAmount\r\npo_1,Advice"),
            "row 2: expected 3 fields"
        );
    }

    private static async Task RefusedAsync(Task<ProcessResult> reading, string why)
    {
        var result = await reading;
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Output, Has.Some.Contains(why));
    }

    private async Task PayAsync(string account, string state) => await WaitForAsync(await OrderAsync(account), state);

    private Task<string> SessionAsync(string account) =>
        ScalarAsync<string>(
            "SELECT bank_session_id FROM payouts.status WHERE erp_key = @key",
            new { key = "T-" + account }
        );

    private string Plant(string whole, string missing, string other, string doubled, string failedSession)
    {
        var lines = whole.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).ToList();
        var model = lines[Index(doubled)];
        lines.RemoveAt(Index(missing));
        lines[Index(other)] = lines[Index(other)].Replace(",3500.00,", ",3501.00,", StringComparison.Ordinal);
        lines.Add(model);
        lines.Add(Line(model, "po_stranger", "ps_stranger", "77.00"));
        lines.Add(Line(model, "po_late", failedSession, "3500.00"));
        return string.Join("\r\n", lines);

        int Index(string account) =>
            lines.FindIndex(line =>
                line.StartsWith(Town.Bank.Ledger.Of(account).Single().PayoutId + ",", StringComparison.Ordinal)
            );
    }

    private static string Line(string model, string operation, string session, string amount)
    {
        var fields = model.Split(',');
        (fields[0], fields[5], fields[7], fields[11]) = (operation, session, "", amount);
        return string.Join(',', fields);
    }

    private async Task<IReadOnlyList<string>> DifferencesAsync()
    {
        await using var connection = await Town.Erp.OpenConnectionAsync();
        return
        [
            .. await connection.QueryAsync<string>(
                """
                SELECT concat_ws(' ', kind, coalesce(erp_key, payment_id), amount_there)
                FROM payouts.differences WHERE account = 'register accounts' AND state = 'open'
                """
            ),
        ];
    }

    private async Task<ProcessResult> ReadAsync(string text, string? name = null, string project = Town.Accounts)
    {
        var day = Today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var file = Path.Combine(Town.Folder, name ?? $"accounts_{day}_{day}.csv");
        await File.WriteAllTextAsync(file, text);
        return await ChildProcess.RunAsync(
            new ChildProcessOptions(
                "dotnet",
                [
                    Path.Combine(AppContext.BaseDirectory, "PayoutWorker.dll"),
                    "reconcile",
                    "--config",
                    Path.Combine(Town.Folder, "worker.json"),
                    "--register",
                    file,
                    "--project",
                    project,
                    "--day",
                    day,
                ]
            ),
            CancellationToken.None
        );
    }
}
