using Bank131.Client;
using Microsoft.Extensions.Logging;
using Npgsql;
using PayoutWorker.Driving;
using PayoutWorker.Payouts;

namespace PayoutWorker.Reconciling;

/// <summary>
/// Compares the bank's statements with our rows: each closed day of each configured account once, and whatever somebody
/// asks for. Run twice, or cut off anywhere, it ends with the same rows.
/// </summary>
internal sealed class ReconcileJob(
    Books books,
    IStatements statements,
    IBank bank,
    Settlement settlement,
    ReconcileOptions options,
    Counters counters,
    ILogger<ReconcileJob> logger
)
{
    // A run ends after so many; the next one goes on.
    private const int DaysPerRun = 4;

    // Tried for about an hour before somebody is told: the bank may be late with its day.
    private const int AttemptsBeforeAlarm = 6;
    private static readonly TimeSpan RetryPause = TimeSpan.FromMinutes(10);

    public async Task<string?> RunAsync(CancellationToken stopping)
    {
        if (options.Accounts.Count == 0)
            return null;
        await books.PlanAsync(options, stopping);
        List<string> done = [];
        while (done.Count < DaysPerRun && await books.TakeAsync(options, stopping) is { } taken)
            done.Add(await TryAsync(taken, stopping));
        return done.Count == 0 ? null : string.Join("; ", done);
    }

    // What ended it once may end it each time, and then its day stands open for ever: that is told like a statement that
    // does not come. Other days are not kept back by it.
    private async Task<string> TryAsync(TakenDay taken, CancellationToken stopping)
    {
        try
        {
            return await CompareAsync(taken, stopping);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            await PutOffAsync(taken, $"comparing it failed: {(e as PostgresException)?.SqlState ?? e.GetType().Name}");
            throw;
        }
    }

    private async Task<string> CompareAsync(TakenDay taken, CancellationToken stopping)
    {
        var account = options.Accounts.First(account => account.Number == taken.Account);
        if (bank.PausedProjects.Contains(account.Project))
            return await PutOffAsync(taken, "nothing is sent to the project now");
        var answer = await statements.AskAsync(account, taken.Day, options.Unit, stopping);
        if (answer is not StatementAnswer.Given given)
            return await PutOffAsync(
                taken,
                answer switch
                {
                    StatementAnswer.Refused refused => $"the bank refused it: {refused.Error.Code}",
                    StatementAnswer.Missing missing => missing.Reason,
                    _ => "no answer",
                }
            );
        var lines = BookLine.Of(given.Statement);
        await books.StoreAsync(given.Statement, lines, stopping);
        var (rows, known) = await books.ReadAsync(account, given.Statement, options, stopping);
        var end = options.BeginOf(taken.Day.AddDays(1));
        var closed = taken.Now >= end + options.After;
        var complete = closed && taken.Now < end + Books.Since;
        var compared = Comparison.Run(
            new ComparisonOrder(given.Statement, lines, rows, known, closed, complete, options)
        );
        List<Difference> differences = [.. compared.Differences];
        foreach (var finding in compared.Findings)
            if (!await settlement.SettleAsync(finding, taken.Day, stopping))
                differences.Add(finding.Otherwise);
        var news = await books.WriteAsync(taken, closed, compared.Lines, differences, kinds => Told(taken, kinds));
        if (news.Count > 0)
            Note(AlarmKind.BooksDiffer);
        logger.Compared(taken.Day, lines.Count, differences.Count, news.Count);
        return $"{taken.Day:yyyy-MM-dd}: {lines.Count} lines, {differences.Count} differences, {news.Count} of them new";
    }

    private async Task<string> PutOffAsync(TakenDay taken, string problem)
    {
        var text = $"the statement of {taken.Day:yyyy-MM-dd} is not compared: {problem}";
        var told = taken.Attempts >= AttemptsBeforeAlarm;
        await books.PutOffAsync(
            taken,
            RetryPause,
            problem,
            told ? new Alarm(AlarmKind.StatementMissing, Subject(taken), text) : null
        );
        if (told)
            Note(AlarmKind.StatementMissing);
        logger.StatementMissing(taken.Day, problem);
        return $"{taken.Day:yyyy-MM-dd}: {problem}";
    }

    private static Alarm Told(TakenDay taken, IReadOnlyList<string> kinds)
    {
        var counts = kinds
            .CountBy(kind => kind)
            .OrderBy(count => count.Key)
            .Select(count => $"{count.Value} {count.Key}");
        return new Alarm(
            AlarmKind.BooksDiffer,
            Subject(taken),
            $"the bank's statement and our rows differ: {string.Join(", ", counts)}; see payouts.differences"
        );
    }

    private static string Subject(TakenDay taken) => $"{taken.Account} {taken.Day:yyyy-MM-dd}";

    private void Note(string kind)
    {
        counters.Alarm(kind);
        logger.Alarm(kind, null);
    }
}
