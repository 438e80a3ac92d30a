using System.Net.Sockets;
using Npgsql;
using PayoutWorker.Migrations;

namespace PayoutWorker.Host.Run;

/// <summary>Does the database fit this program? Problems come out as one message that says what to do.</summary>
internal static class DatabaseCheck
{
    /// <exception cref="StartException">It cannot be reached, or its schema does not fit.</exception>
    public static async Task RunAsync(NpgsqlDataSource database, ILogger logger, CancellationToken cancellationToken)
    {
        var pending = await GuardedAsync(() => new Migrator(database, logger).PendingAsync(cancellationToken));
        if (pending.Count > 0)
            throw new StartException(
                $"the database lacks {pending.Count} migrations ({string.Join(", ", pending)}): run 'migrate' first"
            );
    }

    /// <summary>Runs it, and turns what PostgreSQL or the network says into a <see cref="StartException"/>.</summary>
    public static async Task<T> GuardedAsync<T>(Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        catch (MigrationException e)
        {
            throw new StartException(e.Message);
        }
        catch (PostgresException e)
        {
            throw new StartException($"the database refused: {e.MessageText} ({e.SqlState}). {Advice(e)}");
        }
        catch (Exception e) when (e is NpgsqlException or SocketException or TimeoutException)
        {
            throw new StartException(
                $"the database cannot be reached: {e.InnerException?.Message ?? e.Message}. "
                    + "Check Database:ConnectionString and that PostgreSQL runs."
            );
        }
    }

    private static string Advice(PostgresException e) =>
        e.SqlState switch
        {
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
                "Check the user name and the password or password file.",
            PostgresErrorCodes.InvalidCatalogName => "Create the database: CREATE DATABASE ... OWNER payouts_migrator.",
            PostgresErrorCodes.InsufficientPrivilege =>
                "The role lacks a right: migrate runs as the database's owner, run as payouts_worker.",
            PostgresErrorCodes.UndefinedObject => "Create the roles first: psql -f sql/erp/create_roles.sql",
            _ => "",
        };
}
