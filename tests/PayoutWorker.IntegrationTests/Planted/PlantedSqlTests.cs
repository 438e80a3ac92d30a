using Dapper;
using FsCheck;
using FsCheck.Fluent;
using PayoutWorker.IntegrationTests.Model;

namespace PayoutWorker.IntegrationTests.Planted;

/// <summary>
/// Each plants one naive choice of the failure catalogue in the SQL and is seen by the scripts that hold the model to
/// PostgreSQL; without it the same script shows nothing.
/// </summary>
[NonParallelizable]
internal sealed class PlantedSqlTests
{
    private const int ScriptsMax = 40;

    private static readonly Script[] Scripts = [.. Script.Any.Generator.Sample(50, new Rnd(131, 2027), ScriptsMax)];

    private VirtualClock _clean = null!;

    public static IEnumerable<SqlBug> Bugs => SqlBugs.All;

    [OneTimeSetUp]
    public async Task CreateAsync() => _clean = await VirtualClock.CreateAsync();

    [OneTimeTearDown]
    public async Task DropAsync() => await _clean.DisposeAsync();

    [TestCaseSource(nameof(Bugs))]
    public async Task Is_seen(SqlBug bug)
    {
        var (script, seen) = await FindAsync(bug);
        Assert.That(script, Is.Not.Null, $"{ScriptsMax} scripts did not see that {bug.What}");
        Assert.That(await ModelRun.PlayAsync(_clean, script!), Is.Null, "without the bug");
        TestContext.Out.WriteLine($"{bug}: {seen}");
    }

    private static async Task<(Script? Script, string? Seen)> FindAsync(SqlBug bug)
    {
        await using var clock = await VirtualClock.CreateAsync();
        if (bug.Schema is { } schema)
        {
            await using var connection = await clock.Admin.OpenConnectionAsync();
            await connection.ExecuteAsync(schema);
        }
        using var planted = bug.Statement is { } text ? new PlantedStatement(text.Name, text.From, text.To) : null;
        foreach (var script in Scripts)
            if (await ModelRun.PlayAsync(clock, script) is { } seen)
                return (script, seen);
        return (null, null);
    }
}
