using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Npgsql;
using PayoutWorker.Lab.Postgres;

namespace PayoutWorker.Bench.Machine;

/// <summary>
/// What the machine gives at this moment, one thing after the other on one core. Measured before and after each round:
/// a round whose machine changed by more than a tenth meanwhile does not count.
/// </summary>
/// <param name="SignMs">One RSA-2048 signature over a body of 600 bytes, key held.</param>
/// <param name="VerifyMs">One verification of it.</param>
/// <param name="PostMs">CPU of one POST of 600 bytes on loopback, both ends.</param>
/// <param name="CommitMs">One durable insert of a row, wall time.</param>
internal sealed record Calibration(double SignMs, double VerifyMs, double PostMs, double CommitMs)
{
    private static readonly TimeSpan Each = TimeSpan.FromMilliseconds(400);

    /// <summary>The CPU of a payout's signatures, both of ours: three signs and two verifications.</summary>
    public double RsaMs => 3 * SignMs + 2 * VerifyMs;

    /// <summary>That and the worker's ends of five HTTP exchanges: what no design can go below.</summary>
    public double FloorMs => RsaMs + 5 * PostMs / 2;

    /// <summary>
    /// How far apart two looks at the machine are, as a share: of CPU alone, for a commit's time is the disk's and jumps.
    /// </summary>
    public double DriftTo(Calibration other) => Math.Abs(other.SignMs / SignMs - 1);

    public static async Task<Calibration> MeasureAsync(PostgresServer server, CancellationToken cancellationToken)
    {
        using var rsa = RSA.Create(2048);
        var body = RandomNumberGenerator.GetBytes(600);
        var signature = rsa.SignData(body, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var sign = MsOf(() => rsa.SignData(body, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        var verify = MsOf(() => rsa.VerifyData(body, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        return new Calibration(
            sign,
            verify,
            await PostAsync(body, cancellationToken),
            await CommitAsync(server, cancellationToken)
        );
    }

    private static double MsOf(Action act)
    {
        act();
        var (began, times) = (Stopwatch.GetTimestamp(), 0);
        for (; Stopwatch.GetElapsedTime(began) < Each; times++)
            act();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds / times;
    }

    // Eight at once, as under load, and CPU instead of time: the two ends take turns otherwise.
    private static async Task<double> PostAsync(byte[] body, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1)
        );
        await using var app = builder.Build();
        app.Run(async http =>
        {
            await http.Request.Body.CopyToAsync(Stream.Null, cancellationToken);
            await http.Response.Body.WriteAsync(body, cancellationToken);
        });
        await app.StartAsync(cancellationToken);
        using var handler = new SocketsHttpHandler { UseProxy = false };
        using var client = new HttpClient(handler) { BaseAddress = new Uri(app.Urls.First()) };

        async Task<int> LoopAsync(TimeSpan time)
        {
            var (began, times) = (Stopwatch.GetTimestamp(), 0);
            for (; Stopwatch.GetElapsedTime(began) < time; times++)
            {
                using var content = new ByteArrayContent(body);
                using var response = await client.PostAsync(new Uri("/", UriKind.Relative), content, cancellationToken);
                await response.Content.ReadAsByteArrayAsync(cancellationToken);
            }
            return times;
        }

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => LoopAsync(Each)));
        var before = Environment.CpuUsage.TotalTime;
        var posts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => LoopAsync(Each)));
        return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / posts.Sum();
    }

    private static async Task<double> CommitAsync(PostgresServer server, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(server.AdminConnectionString("postgres"));
        await connection.OpenAsync(cancellationToken);
        await ExecuteAsync("CREATE TABLE IF NOT EXISTS calibration (id bigint)");
        var (began, times) = (Stopwatch.GetTimestamp(), 0);
        for (; Stopwatch.GetElapsedTime(began) < Each; times++)
            await ExecuteAsync("INSERT INTO calibration VALUES (1)");
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds / times;

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
