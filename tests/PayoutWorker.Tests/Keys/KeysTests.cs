using System.Diagnostics;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using Bank131.Signing;
using PayoutWorker.Cards;
using PayoutWorker.Host;
using PayoutWorker.Host.Configuration.Rules;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Host.Keys;
using PayoutWorker.Host.Verbs;
using PayoutWorker.Tests.Support;

namespace PayoutWorker.Tests.Keys;

internal sealed class KeysTests
{
    private const string Number = "2200700142697101";

    private KeyFolder _keys = null!;

    [OneTimeSetUp]
    public void MakeKeys() => _keys = new KeyFolder();

    [OneTimeTearDown]
    public void DropKeys() => _keys.Dispose();

    [Test]
    [UnsupportedOSPlatform("windows")]
    [Platform(Exclude = "Win")]
    public void Secrets_are_written_for_their_owner_only()
    {
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.That(File.GetUnixFileMode(_keys.Private), Is.EqualTo(Owner));
        Assert.That(File.GetUnixFileMode(_keys.HashKey), Is.EqualTo(Owner));
    }

    [Test]
    public void A_new_pair_signs_and_verifies()
    {
        using var signing = SigningKey.FromPem(File.ReadAllText(_keys.Private));
        using var verifying = new VerifyingKeys([("k", File.ReadAllText(_keys.Public))]);

        Assert.That(verifying.Verify("body"u8, signing.Sign("body"u8)), Is.EqualTo("k"));
        Assert.That(
            KeyDescription.Of(_keys.Public),
            Does.EndWith($"public, for demo, fingerprint {signing.Fingerprint}")
        );
        Assert.That(KeyDescription.Of(_keys.Private), Does.Contain("RSA 2048, private, for demo"));
        Assert.That(CardRules.HashKey(File.ReadAllText(_keys.HashKey)), Has.Length.EqualTo(32));
    }

    [Test]
    public void A_key_is_never_overwritten()
    {
        var before = File.ReadAllText(_keys.Private);
        Assert.That(() => KeyPair.Create(BankEnvironment.Demo, _keys.Path, "main"), Throws.InstanceOf<IOException>());
        Assert.That(File.ReadAllText(_keys.Private), Is.EqualTo(before));
    }

    [Test]
    public void What_seal_card_seals_the_worker_opens()
    {
        var (hex, last4) = SealCardVerb.Seal(_keys.Public, "erp-1", "2200 7001 4269 7101\r");
        using var seal = Seal();

        Assert.That(last4, Is.EqualTo("7101"));
        Assert.That(seal.Unseal(Convert.FromHexString(hex), "erp-1", last4), Is.EqualTo((Number, (string?)null)));
        Assert.That(seal.Unseal(Convert.FromHexString(hex), "erp-2", last4).Number, Is.Null);
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("1234")]
    [TestCase("22007001426971O1")]
    public void What_is_no_card_number_is_refused_and_not_repeated(string? line)
    {
        var refused = Assert.Throws<StartException>(() => SealCardVerb.Seal(_keys.Public, "erp-1", line))!;
        Assert.That(refused.ExitCode, Is.EqualTo(ExitCode.CheckFailed));
        if (!string.IsNullOrEmpty(line))
            Assert.That(refused.Message, Does.Not.Contain(line));
    }

    [Test]
    public async Task What_openssl_seals_the_worker_opens()
    {
        var start = new ProcessStartInfo("openssl") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (
            var argument in (string[])
                [
                    "pkeyutl",
                    "-encrypt",
                    "-pubin",
                    "-inkey",
                    _keys.Public,
                    "-pkeyopt",
                    "rsa_padding_mode:oaep",
                    "-pkeyopt",
                    "rsa_oaep_md:sha256",
                ]
        )
            start.ArgumentList.Add(argument);
        using var openssl = StartOrIgnore(start);
        await openssl.StandardInput.WriteAsync($"{Number}:erp-1");
        openssl.StandardInput.Close();
        using var output = new MemoryStream();
        await openssl.StandardOutput.BaseStream.CopyToAsync(output);
        await openssl.WaitForExitAsync();

        using var seal = Seal();
        Assert.That(openssl.ExitCode, Is.Zero);
        Assert.That(seal.Unseal(output.ToArray(), "erp-1", "7101"), Is.EqualTo((Number, (string?)null)));
    }

    private CardSeal Seal() => new([File.ReadAllText(_keys.Private)], RandomNumberGenerator.GetBytes(32));

    private static Process StartOrIgnore(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // The product needs no openssl; only this comparison with it does.
            Assert.Ignore("no openssl on this machine");
            throw;
        }
    }
}
