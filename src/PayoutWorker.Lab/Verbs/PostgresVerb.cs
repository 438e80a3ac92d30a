using System.CommandLine;
using Npgsql;
using PayoutWorker.Lab.Postgres;

namespace PayoutWorker.Lab.Verbs;

/// <summary><c>postgres</c>: a private server to look into, until Ctrl-C.</summary>
internal static class PostgresVerb
{
    private const string DatabaseName = "payouts";

    public static Command Create()
    {
        var port = new Option<int?>("--port") { Description = "The port to listen on; a free one if not given" };
        port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 1 or > 65_535)
                result.AddError("expected --port to be between 1 and 65535");
        });
        var yes = new Option<bool>("--yes") { Description = "Install PostgreSQL if it is missing (root, apt-get)" };
        var command = new Command("postgres", "Start a private PostgreSQL with the three roles, until Ctrl-C")
        {
            port,
            yes,
        };
        command.SetAction(
            (parsed, token) =>
                RunAsync(
                    new PostgresServerOptions
                    {
                        Durable = true,
                        Private = true,
                        Port = parsed.GetValue(port),
                        AllowInstall = parsed.GetValue(yes),
                        Notices = Console.Out,
                    },
                    token
                )
        );
        return command;
    }

    private static async Task RunAsync(PostgresServerOptions options, CancellationToken cancellationToken)
    {
        await using var server = await PostgresServer.StartAsync(options, cancellationToken);
        var database = await server.CreateNamedDatabaseAsync(DatabaseName, cancellationToken);
        var admin = new NpgsqlConnectionStringBuilder(server.AdminConnectionString(database));
        await Console.Out.WriteLineAsync(
            $"""
            PostgreSQL is ready. Connect with:
              psql -h {admin.Host} -p {admin.Port} -U {admin.Username} {database}
            The product's roles, none with a password:
              {server.ConnectionString(database, PostgresRoles.Migrator)}
              {server.ConnectionString(database, PostgresRoles.Worker)}
              {server.ConnectionString(database, PostgresRoles.Erp)}
            Ctrl-C stops the server and removes its data.
            """
        );
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await Console.Out.WriteLineAsync("Stopping ...");
        }
    }
}
