using System.Text.RegularExpressions;
using Dapper;
using Npgsql;
using PayoutWorker.Host.Ops.Store;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Lab;

namespace PayoutWorker.IntegrationTests.Database;

/// <summary>The pages' statements fit the schema and the rights of their role.</summary>
internal sealed partial class OpsStatementTests : SharedDatabaseTest
{
    public static IEnumerable<string> Names => OpsSql.Names;

    [TestCaseSource(nameof(Names))]
    public async Task The_pages_may_run_every_statement(string name)
    {
        await using var connection = await Db.Ops.OpenConnectionAsync();
        foreach (var statement in Comment().Replace(OpsSql.Text(name), "").Split(';').Select(s => s.Trim()))
        {
            if (statement.Length == 0)
                continue;
            List<string> names = [];
            var sql = Parameter()
                .Replace(
                    statement,
                    match =>
                    {
                        if (!names.Contains(match.Value))
                            names.Add(match.Value);
                        return $"${names.IndexOf(match.Value) + 1}";
                    }
                );
            await connection.ExecuteAsync($"PREPARE p AS {sql}");
            // Rights are checked when a plan is about to run, which EXPLAIN does without running it.
            var nulls = string.Join(", ", names.Select(_ => "NULL"));
            await connection.ExecuteAsync($"EXPLAIN EXECUTE p{(nulls.Length == 0 ? "" : $"({nulls})")}");
            await connection.ExecuteAsync("DEALLOCATE p");
        }
    }

    [TestCaseSource(nameof(Names))]
    public void Every_statement_is_used_by_the_program(string name)
    {
        var folder = Path.Combine(RepositoryRoot.Find(), "src/PayoutWorker/Ops");
        var sources = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText);
        // Acts are named by what is asked for, e.g. act_ and hold.
        var word = name.StartsWith("act_", StringComparison.Ordinal)
            ? name["act_".Length..].Replace("_gap", "", StringComparison.Ordinal)
            : name;
        Assert.That(sources.Any(text => text.Contains($"\"{word}\"") || text.Contains($"\"{name}\"")), Is.True);
    }

    [Test]
    public void A_login_that_is_not_believed_acts_for_nobody()
    {
        var wrong = new OpsDatabase(Db.Owner, Db.Owner);
        Assert.ThrowsAsync<NpgsqlException>(() =>
            wrong.ActAsync<long>("olga", "SELECT payouts.stop('all', '', 'why')", null, CancellationToken.None)
        );
    }

    [GeneratedRegex("--.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"@\w+")]
    private static partial Regex Parameter();
}
