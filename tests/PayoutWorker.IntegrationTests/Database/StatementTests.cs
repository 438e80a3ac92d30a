using System.Text.RegularExpressions;
using Dapper;
using Npgsql;
using PayoutWorker.IntegrationTests.Database.Support;
using PayoutWorker.Lab;
using PayoutWorker.Store;

namespace PayoutWorker.IntegrationTests.Database;

internal sealed partial class StatementTests
{
    private TestDatabase _db = null!;

    public static IEnumerable<string> Names => Sql.Names;

    [OneTimeSetUp]
    public async Task CreateDatabaseAsync() => _db = await TestDatabase.CreateAsync();

    [OneTimeTearDown]
    public async Task DropDatabaseAsync() => await _db.DisposeAsync();

    [TestCaseSource(nameof(Names))]
    public async Task The_worker_may_run_every_statement_on_the_migrated_schema(string name)
    {
        await using var connection = await _db.Worker.OpenConnectionAsync();
        foreach (var statement in Statements(Sql.Text(name)))
        {
            var (sql, parameters) = Numbered(statement);
            await connection.ExecuteAsync($"PREPARE p AS {sql}");
            // Rights are checked when a plan is about to run, which EXPLAIN does without running it.
            var nulls = string.Join(", ", Enumerable.Repeat("NULL", parameters));
            await connection.ExecuteAsync(parameters == 0 ? "EXPLAIN EXECUTE p" : $"EXPLAIN EXECUTE p ({nulls})");
            await connection.ExecuteAsync("DEALLOCATE p");
        }
    }

    [TestCaseSource(nameof(Names))]
    public void Every_statement_is_used_by_the_program(string name) =>
        Assert.That(Sources().Any(text => text.Contains($"\"{name}\"", StringComparison.Ordinal)), Is.True);

    [Test]
    public void A_statement_that_does_not_fit_the_schema_is_refused() =>
        Assert.ThrowsAsync<PostgresException>(async () =>
        {
            await using var connection = await _db.Worker.OpenConnectionAsync();
            await connection.ExecuteAsync(
                $"PREPARE p AS {Numbered("SELECT nothing FROM payouts.work WHERE id = @id").Sql}"
            );
        });

    private static IEnumerable<string> Sources() =>
        Directory
            .EnumerateFiles(Path.Combine(RepositoryRoot.Find(), "src"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal))
            .Select(File.ReadAllText);

    private static IEnumerable<string> Statements(string text) =>
        Comment().Replace(text, "").Split(';').Select(statement => statement.Trim()).Where(s => s.Length > 0);

    private static (string Sql, int Parameters) Numbered(string statement)
    {
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
        return (sql, names.Count);
    }

    [GeneratedRegex("--.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"@\w+")]
    private static partial Regex Parameter();
}
