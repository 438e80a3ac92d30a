using System.Security.Cryptography;
using PayoutWorker.Host;
using PayoutWorker.Host.Keys.Rings;
using PayoutWorker.Host.Verbs.Keys;
using PayoutWorker.Tests.Support;

namespace PayoutWorker.Tests.Keys;

internal sealed class KeysVerbTests
{
    private KeyFolder _keys = null!;

    [OneTimeSetUp]
    public void MakeKeys() => _keys = new KeyFolder();

    [OneTimeTearDown]
    public void DropKeys() => _keys.Dispose();

    [Test]
    public void For_the_bank_either_half_prints_the_public_key_and_never_the_private_one()
    {
        var text = KeyForBankVerb.Text(_keys.Private);
        using var rsa = RSA.Create();
        rsa.ImportFromPem(text);
        using var expected = RSA.Create();
        expected.ImportFromPem(File.ReadAllText(_keys.Public));

        Assert.That(text, Is.EqualTo(KeyForBankVerb.Text(_keys.Public)));
        Assert.That(text, Does.StartWith("-----BEGIN PUBLIC KEY-----").And.Not.Contain("PRIVATE"));
        Assert.That(rsa.ExportSubjectPublicKeyInfo(), Is.EqualTo(expected.ExportSubjectPublicKeyInfo()));
        Assert.That(text, Does.Contain(Host.Keys.KeyPair.Fingerprint(expected)));
    }

    [Test]
    public void A_file_without_a_key_is_refused() =>
        Assert.That(
            () => KeyForBankVerb.Text(_keys.HashKey),
            Throws.TypeOf<StartException>().With.Property("ExitCode").EqualTo(ExitCode.CheckFailed)
        );

    [Test]
    public void The_list_shows_the_configured_keys_and_which_is_in_use()
    {
        var (configuration, _) = Sample.Read(Sample.Good(_keys));
        var rings = new KeyRings(configuration, TimeProvider.System);
        var lines = ListKeysVerb.Lines(rings.States()).ToArray();

        Assert.That(lines, Has.Length.EqualTo(3));
        Assert.That(lines[0], Does.Match("^use +id +state +valid from +valid to +fingerprint$"));
        Assert.That(lines[1], Does.Match("^bank +k1 +verifies +- +- +[0-9a-f]{64}$"));
        Assert.That(lines[2], Does.Match("^rko +main +signs +- +- +[0-9a-f]{64}$"));
    }

    [TestCase("localhost", "Prefer", false)]
    [TestCase("127.0.0.1:5433", "Prefer", false)]
    [TestCase("/var/run/postgresql", "Prefer", false)]
    [TestCase("db", "VerifyFull", false)]
    [TestCase("db", "Require", true)]
    [TestCase("localhost,db", "Prefer", true)]
    public void A_live_database_on_another_machine_is_to_be_verified(string host, string mode, bool warned)
    {
        using var live = new KeyFolder(PayoutWorker.Host.Configuration.Settings.BankEnvironment.Live);
        var values = Sample.Live(live);
        values["Database:ConnectionString"] = $"Host={host};Database=payouts;SSL Mode={mode}";
        var warnings = Sample.Read(values).Findings.Warnings.Select(warning => warning.Path);
        Assert.That(warnings, warned ? Has.Member("Database:ConnectionString") : Is.Empty);
    }
}
