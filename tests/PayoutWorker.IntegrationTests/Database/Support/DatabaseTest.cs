using Npgsql;

namespace PayoutWorker.IntegrationTests.Database.Support;

/// <summary>Each test has a fresh database.</summary>
internal abstract class DatabaseTest
{
    protected TestDatabase Db { get; private set; } = null!;

    [SetUp]
    public async Task CreateDatabaseAsync() => Db = await TestDatabase.CreateAsync();

    [TearDown]
    public async Task DropDatabaseAsync()
    {
        if (Db is not null)
            await Db.DisposeAsync();
    }

    /// <summary>The database's refusal; fails when there is none.</summary>
    internal static PostgresException Refusal(Func<Task> action) =>
        Assert.ThrowsAsync<PostgresException>(async () => await action())!;
}
