using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PayoutWorker.Lab.Postgres;
using PayoutWorker.Lab.Processes;

namespace PayoutWorker.IntegrationTests.Support;

/// <summary>An authority, a server's certificate signed by it, and a pg_hba.conf that takes the worker by TLS alone.</summary>
internal sealed class TlsFiles : IAsyncDisposable
{
    private readonly string _folder;

    private TlsFiles(string folder) => _folder = folder;

    public string Authority => Path.Combine(_folder, "authority.pem");

    /// <summary>Of the same name, by somebody else.</summary>
    public string Impostor => Path.Combine(_folder, "impostor.pem");

    public IReadOnlyDictionary<string, string> ServerSettings =>
        new Dictionary<string, string>
        {
            ["ssl"] = "on",
            ["ssl_cert_file"] = Path.Combine(_folder, "server.pem"),
            ["ssl_key_file"] = Path.Combine(_folder, "server.key"),
            ["hba_file"] = Path.Combine(_folder, "pg_hba.conf"),
            ["password_encryption"] = "scram-sha-256",
        };

    public static async Task<TlsFiles> WriteAsync(CancellationToken cancellationToken)
    {
        var account = ServerAccount.Choose();
        var files = new TlsFiles(await account.CreateFolderAsync(cancellationToken));
        using var authority = NewAuthority();
        using var impostor = NewAuthority();
        using var key = RSA.Create(2048);
        using var certificate = Sign(key, authority);
        await files.WriteAsync("authority.pem", authority.ExportCertificatePem(), cancellationToken);
        await files.WriteAsync("impostor.pem", impostor.ExportCertificatePem(), cancellationToken);
        await files.WriteAsync("server.pem", certificate.ExportCertificatePem(), cancellationToken);
        await files.WriteAsync("server.key", key.ExportPkcs8PrivateKeyPem(), cancellationToken);
        await files.WriteAsync(
            "pg_hba.conf",
            """
            hostssl all payouts_worker 127.0.0.1/32 scram-sha-256
            host    all payouts_worker 127.0.0.1/32 reject
            host    all all            127.0.0.1/32 trust
            local   all all                         trust
            """ + "\n",
            cancellationToken
        );
        if (account.UserId is not null)
            (
                await ChildProcess.RunAsync(
                    new ChildProcessOptions("chown", ["-R", $"{account.UserId}:{account.GroupId}", files._folder]),
                    cancellationToken
                )
            ).OrThrow();
        return files;
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        ProcessGuard.Instance.ForgetFolder(_folder);
        return ValueTask.CompletedTask;
    }

    private async Task WriteAsync(string name, string text, CancellationToken cancellationToken)
    {
        var file = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(file, text, cancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static X509Certificate2 NewAuthority()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(
            "CN=Payouts test authority",
            key,
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        );
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
    }

    private static X509Certificate2 Sign(RSA key, X509Certificate2 authority)
    {
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.Create(authority, now.AddHours(-1), now.AddDays(1), [1, 2, 3, 4]);
    }
}
