using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Bank131.Signing;
using Bank131.Tests.Support;

namespace Bank131.Tests;

internal sealed class SigningTests
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"metadata":"Ж / \" good"}""");

    [Test]
    public async Task Our_signature_is_what_openssl_makes_byte_for_byte()
    {
        var theirs = await OpensslAsync(
            TestKey.One.Private,
            (key, folder) => ["dgst", "-sha256", "-sign", key, Path.Combine(folder, "body")]
        );
        Assert.That(TestKey.Signing.Sign(Body), Is.EqualTo(Convert.ToBase64String(theirs)));
    }

    [Test]
    public async Task Openssl_accepts_our_signature()
    {
        var signature = Convert.FromBase64String(TestKey.Signing.Sign(Body));
        var said = await OpensslAsync(
            TestKey.One.Public,
            (key, folder) =>
            {
                File.WriteAllBytes(Path.Combine(folder, "sign"), signature);
                return
                [
                    "dgst",
                    "-sha256",
                    "-verify",
                    key,
                    "-signature",
                    Path.Combine(folder, "sign"),
                    Path.Combine(folder, "body"),
                ];
            }
        );
        Assert.That(Encoding.ASCII.GetString(said), Does.Contain("Verified OK"));
    }

    [Test]
    public async Task A_key_that_fails_fails_its_own_call_and_the_threads_go_on_signing()
    {
        var failing = Enumerable
            .Range(0, Environment.ProcessorCount * 2)
            .Select(_ => SigningThreads.SignAsync(new BrokenKey(), Body));
        foreach (var call in failing)
            Assert.That(async () => await call, Throws.TypeOf<CryptographicException>());
        Assert.That(await SigningThreads.SignAsync(TestKey.Signing, Body), Is.EqualTo(TestKey.Signing.Sign(Body)));
    }

    private sealed class BrokenKey : ISigner
    {
        public string? Sign(ReadOnlySpan<byte> body) => throw new CryptographicException("no such key any more");
    }

    [Test]
    public void A_key_that_was_never_used_can_be_disposed_of()
    {
        Assert.That(() => SigningKey.FromPem(TestKey.One.Private).Dispose(), Throws.Nothing);
        Assert.That(() => new VerifyingKeys([("one", TestKey.One.Public)]).Dispose(), Throws.Nothing);
    }

    [Test]
    public void A_key_says_how_long_it_is_and_which_one()
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(TestKey.One.Public);
        Assert.That(TestKey.Signing.KeySizeBits, Is.EqualTo(2048));
        Assert.That(
            TestKey.Signing.Fingerprint,
            Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(rsa.ExportSubjectPublicKeyInfo())))
        );
    }

    [Test]
    public void A_signature_verifies_under_its_own_key_only_and_for_its_own_bytes()
    {
        using var keys = new VerifyingKeys([("one", TestKey.One.Public)]);
        using var other = new VerifyingKeys([("two", TestKey.Two.Public)]);
        var signature = TestKey.Signing.Sign(Body);
        Assert.That(keys.Verify(Body, signature), Is.EqualTo("one"));
        Assert.That(other.Verify(Body, signature), Is.Null);
        Assert.That(keys.Verify([.. Body, (byte)'\n'], signature), Is.Null);
        Assert.That(keys.Verify(Body.AsSpan(0, Body.Length - 1), signature), Is.Null);
    }

    [Test]
    public void During_a_rotation_both_keys_are_good_and_the_used_one_is_named()
    {
        using var next = SigningKey.FromPem(TestKey.Two.Private);
        using var keys = new VerifyingKeys([("current", TestKey.One.Public), ("next", TestKey.Two.Public)]);
        Assert.That(keys.Verify(Body, TestKey.Signing.Sign(Body)), Is.EqualTo("current"));
        Assert.That(keys.Verify(Body, next.Sign(Body)), Is.EqualTo("next"));
        Assert.That(keys.Ids, Is.EqualTo(new[] { "current", "next" }));
    }

    [TestCase(" {0}")]
    [TestCase("{0} ")]
    [TestCase("{0}\n")]
    [TestCase("{0}=")]
    [TestCase("{0}AAAA")]
    [TestCase("")]
    [TestCase("not base64")]
    public void Only_the_canonical_form_of_a_signature_counts(string form)
    {
        using var keys = new VerifyingKeys([("one", TestKey.One.Public)]);
        var signature = form.Replace("{0}", TestKey.Signing.Sign(Body), StringComparison.Ordinal);
        Assert.That(keys.Verify(Body, signature), Is.Null);
    }

    [Test]
    public void White_space_inside_and_stray_bits_at_the_end_make_no_second_form()
    {
        using var keys = new VerifyingKeys([("one", TestKey.One.Public)]);
        var good = TestKey.Signing.Sign(Body);
        Assert.That(good, Does.EndWith("=="), "256 bytes end in two padding characters, so four bits are unused");
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        var last = alphabet.IndexOf(good[^3], StringComparison.Ordinal);
        var stray = good[..^3] + alphabet[last ^ 1] + "==";
        Assert.That(
            Convert.FromBase64String(stray),
            Is.EqualTo(Convert.FromBase64String(good)),
            "the framework shrugs"
        );
        Assert.That(keys.Verify(Body, stray), Is.Null);
        Assert.That(keys.Verify(Body, good.Insert(100, " ")), Is.Null);
        Assert.That(keys.Verify(Body, null), Is.Null);
        Assert.That(keys.Verify(Body, new string('A', 1_000_000)), Is.Null);
    }

    [Test]
    public void Short_keys_and_things_that_are_no_keys_are_refused()
    {
        var (shortPrivate, shortPublic) = TestKey.New(1024);
        using var elliptic = ECDsa.Create();
        Assert.Throws<CryptographicException>(() => SigningKey.FromPem(shortPrivate));
        Assert.Throws<CryptographicException>(() => SigningKey.FromPem("no key"));
        Assert.Throws<CryptographicException>(() => SigningKey.FromPem(TestKey.One.Public));
        Assert.Throws<CryptographicException>(() => SigningKey.FromPem(elliptic.ExportPkcs8PrivateKeyPem()));
        Assert.Throws<CryptographicException>(() => _ = new VerifyingKeys([("k", shortPublic)]));
        Assert.Throws<CryptographicException>(() => _ = new VerifyingKeys([("k", "no key")]));
        Assert.Throws<CryptographicException>(() =>
            _ = new VerifyingKeys([("k", elliptic.ExportSubjectPublicKeyInfoPem())])
        );
    }

    [Test]
    public async Task Many_threads_sign_and_verify_with_one_key()
    {
        using var keys = new VerifyingKeys([("one", TestKey.One.Public)]);
        var expected = TestKey.Signing.Sign(Body);
        var results = await Task.WhenAll(
            Enumerable
                .Range(0, 64)
                .Select(_ => Task.Run(() => (TestKey.Signing.Sign(Body), keys.Verify(Body, expected))))
        );
        Assert.That(results, Has.All.EqualTo((expected, "one")));
    }

    private static async Task<byte[]> OpensslAsync(string pem, Func<string, string, string[]> arguments)
    {
        var folder = Directory.CreateTempSubdirectory("signing").FullName;
        try
        {
            var key = Path.Combine(folder, "key.pem");
            await File.WriteAllTextAsync(key, pem);
            await File.WriteAllBytesAsync(Path.Combine(folder, "body"), Body);
            var start = new ProcessStartInfo("openssl", arguments(key, folder)) { RedirectStandardOutput = true };
            Process process;
            try
            {
                process = Process.Start(start)!;
            }
            catch (System.ComponentModel.Win32Exception e)
            {
                throw new AssertionException("this test needs the openssl program on the PATH", e);
            }
            using (process)
            {
                using var output = new MemoryStream();
                await process.StandardOutput.BaseStream.CopyToAsync(output);
                await process.WaitForExitAsync();
                Assert.That(process.ExitCode, Is.Zero);
                return output.ToArray();
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
