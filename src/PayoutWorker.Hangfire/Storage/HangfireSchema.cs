using Hangfire.PostgreSql;
using Npgsql;

namespace PayoutWorker.HangfireScheduling.Storage;

/// <summary>Hangfire's own tables, made by the migrator: the worker's role may not create or change tables.</summary>
internal static class HangfireSchema
{
    public const string Name = "hangfire";

    /// <summary>What Hangfire.PostgreSql 1.21.1 installs; a test compares.</summary>
    public const int Version = 23;

    public static async Task<bool> MigrateAsync(NpgsqlDataSource migrator, CancellationToken cancellationToken)
    {
        await using var connection = await migrator.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, "lock_hangfire", cancellationToken);
        var before = await VersionAsync(connection, cancellationToken);
        // Each step is a transaction of its own and passes over what is there.
        PostgreSqlObjectsInstaller.Install(connection, Name);
        await ExecuteAsync(connection, "grant_hangfire", cancellationToken);
        return before != await VersionAsync(connection, cancellationToken);
    }

    private static async Task<int?> VersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var exists = new NpgsqlCommand("SELECT to_regclass('hangfire.schema') IS NOT NULL", connection);
        if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
            return null;
        await using var version = new NpgsqlCommand("SELECT max(version) FROM hangfire.schema", connection);
        return await version.ExecuteScalarAsync(cancellationToken) as int?;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string name, CancellationToken token)
    {
        using var stream = typeof(HangfireSchema).Assembly.GetManifestResourceStream(name + ".sql")!;
        using var reader = new StreamReader(stream);
        await using var command = new NpgsqlCommand(await reader.ReadToEndAsync(token), connection);
        command.CommandTimeout = 600;
        await command.ExecuteNonQueryAsync(token);
    }
}
