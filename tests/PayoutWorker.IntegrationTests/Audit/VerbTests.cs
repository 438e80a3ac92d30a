using System.Security.Cryptography;
using System.Text.Json;
using PayoutWorker.Host;
using PayoutWorker.Host.Verbs;
using PayoutWorker.Lab.Postgres;

namespace PayoutWorker.IntegrationTests.Audit;

/// <summary>The verbs as people call them: what was found is in their exit codes.</summary>
internal sealed class VerbTests : AuditTest
{
    private DirectoryInfo _folder = null!;

    [OneTimeSetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("audit");

    [OneTimeTearDown]
    public void DeleteFolder() => _folder.Delete(recursive: true);

    [Test]
    public async Task Verify_audit_says_no_by_its_exit_code_and_an_auditor_may_run_it()
    {
        var id = await SealedAsync();
        await AgeAsync(TimeSpan.FromDays(1));
        await SealAsync();
        var root = await Db.ScalarAsync<string>("SELECT day || '=' || encode(root, 'hex') FROM payouts.audit_root");
        var key = await KeyAsync(id);
        Assert.That(await VerifyAsync(), Is.EqualTo(ExitCode.Ok));
        Assert.That(await VerifyAsync("--root", root), Is.EqualTo(ExitCode.Ok));
        Assert.That(await VerifyAsync("--day", root[..10]), Is.EqualTo(ExitCode.Ok));
        Assert.That(await VerifyAsync("--payout", key), Is.EqualTo(ExitCode.Ok));
        Assert.That(await VerifyAsync("--root", root[..11] + new string('0', 64)), Is.EqualTo(ExitCode.CheckFailed));
        foreach (var wrong in new[] { "--root 2026-03-02=zz", "--day yesterday", "--payout nobody" })
            Assert.That(await VerifyAsync(wrong.Split(' ')), Is.EqualTo(ExitCode.CheckFailed), wrong);
        await TamperAsync("UPDATE payouts.event SET why = 'x' WHERE payout_id = @id", new { id });
        Assert.That(await VerifyAsync(), Is.EqualTo(ExitCode.CheckFailed));
        Assert.That(await VerifyAsync("--from", root[..10]), Is.EqualTo(ExitCode.CheckFailed));
        Assert.That(await VerifyAsync("--payout", key), Is.EqualTo(ExitCode.CheckFailed));
    }

    [Test]
    public async Task Evidence_is_written_once_for_its_owner_alone()
    {
        var key = await KeyAsync(await SealedAsync());
        var file = Path.Combine(_folder.FullName, "evidence.zip");
        Assert.That(await EvidenceAsync(key, file), Is.EqualTo(ExitCode.Ok));
        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(file), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        var size = new FileInfo(file).Length;
        Assert.That(await EvidenceAsync(key, file), Is.EqualTo(ExitCode.CheckFailed), "never overwritten");
        Assert.That(new FileInfo(file).Length, Is.EqualTo(size));
        var other = Path.Combine(_folder.FullName, "other.zip");
        Assert.That(await EvidenceAsync("nobody", other), Is.EqualTo(ExitCode.CheckFailed));
        Assert.That(File.Exists(other), Is.False);
    }

    private Task<string> KeyAsync(long id) =>
        Db.ScalarAsync<string>("SELECT erp_key FROM payouts.outbox WHERE id = @id", new { id });

    private Task<int> VerifyAsync(params string[] arguments) =>
        RunAsync(PostgresRoles.Auditor, ["verify-audit", .. arguments]);

    private Task<int> EvidenceAsync(string key, string file) =>
        RunAsync(PostgresRoles.Worker, ["evidence", "--erp-key", key, "--out", file]);

    private async Task<int> RunAsync(string role, string[] arguments)
    {
        var file = Path.Combine(_folder.FullName, $"{role}.json");
        var bankKey = Path.Combine(_folder.FullName, "bank.pem");
        using (var bank = RSA.Create(2048))
            await File.WriteAllTextAsync(bankKey, bank.ExportSubjectPublicKeyInfoPem());
        await File.WriteAllTextAsync(
            file,
            JsonSerializer.Serialize(
                new
                {
                    Database = new
                    {
                        ConnectionString = Cluster.Server.ConnectionString(Db.Name, role) + ";Pooling=false",
                    },
                    Bank = new { PublicKeys = new[] { new { Id = "bank", File = bankKey } } },
                }
            )
        );
        return await CommandLine.RunAsync([.. arguments, "--config", file]);
    }
}
