using System.Net.Sockets;
using System.Security.Authentication;
using Dapper;
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
        await DirectlyAsync(database, cancellationToken);
        if (pending.Count > 0)
            throw new StartException(
                $"the database lacks {pending.Count} migrations ({string.Join(", ", pending)}): run 'migrate' first"
            );
    }

    /// <exception cref="StartException">Something stands between us and PostgreSQL.</exception>
    public static Task DirectlyAsync(NpgsqlDataSource database, CancellationToken cancellationToken) =>
        GuardedAsync(() => DirectAsync(database, cancellationToken));

    // A pooler changes the server under a connection that stays: whoever restored or failed over would not be noticed
    // with the first statement, which is what keeps payments from being made again.
    private static async Task<bool> DirectAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var server = await connection.ExecuteScalarAsync<int>(
            new CommandDefinition("SELECT pg_backend_pid()", cancellationToken: cancellationToken)
        );
        return server == connection.ProcessID
            ? true
            : throw new StartException(
                "a connection pooler answers at Database:ConnectionString: connect the worker to PostgreSQL itself "
                    + "(docs/operations.md, Ready for production)"
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
        catch (NpgsqlException e) when (e.InnerException is AuthenticationException tls)
        {
            throw new StartException(
                $"the database's TLS certificate was not accepted: {tls.Message} Check that Host, in "
                    + "Database:ConnectionString, is a name in the certificate, and that Root Certificate there names "
                    + "the authority that signed it."
            );
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
            PostgresErrorCodes.InvalidPassword => "Check the user name and the password or password file.",
            PostgresErrorCodes.InvalidAuthorizationSpecification =>
                "Check the user name, and what pg_hba.conf asks for: if hostssl, set SSL Mode=VerifyFull and "
                    + "Root Certificate=FILE in Database:ConnectionString.",
            PostgresErrorCodes.ProtocolViolation or PostgresErrorCodes.FeatureNotSupported =>
                "Is that a connection pooler? Connect to PostgreSQL itself.",
            PostgresErrorCodes.InvalidCatalogName => "Create the database: CREATE DATABASE ... OWNER payouts_migrator.",
            PostgresErrorCodes.InsufficientPrivilege =>
                "The role lacks a right: migrate runs as the database's owner, run as payouts_worker.",
            PostgresErrorCodes.UndefinedObject => "Create the roles first: psql -f sql/erp/create_roles.sql",
            _ => "",
        };
}
