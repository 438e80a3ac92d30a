using Npgsql;

namespace PayoutWorker.IntegrationTests.Database.Support;

/// <summary>One database for all tests of a fixture: for those that each look at rows of their own.</summary>
internal abstract class SharedDatabaseTest
{
    protected TestDatabase Db { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task CreateDatabaseAsync() => Db = await TestDatabase.CreateAsync();

    [OneTimeTearDown]
    public async Task DropDatabaseAsync()
    {
        if (Db is not null)
            await Db.DisposeAsync();
    }

    /// <inheritdoc cref="DatabaseTest.Refusal"/>
    protected static PostgresException Refusal(Func<Task> action) => DatabaseTest.Refusal(action);
}
