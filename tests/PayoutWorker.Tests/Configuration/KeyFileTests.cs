using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Host.Keys;
using PayoutWorker.Tests.Support;

namespace PayoutWorker.Tests.Configuration;

/// <summary>The demo's keys and the live bank, and the other way round, never meet.</summary>
internal sealed class KeyFileTests
{
    private const string Key = "Bank:Projects:0:PrivateKeyFile";

    private KeyFolder _demo = null!;
    private KeyFolder _live = null!;

    [OneTimeSetUp]
    public void MakeKeys() => (_demo, _live) = (new KeyFolder(), new KeyFolder(BankEnvironment.Live));

    [OneTimeTearDown]
    public void DropKeys()
    {
        _demo.Dispose();
        _live.Dispose();
    }

    [Test]
    public void Live_keys_go_with_the_live_bank() => Assert.That(Sample.Problems(Sample.Live(_live)), Is.Empty);

    [Test]
    public void Demo_keys_are_refused_for_the_live_bank() =>
        Assert.That(
            Sample.Problems(Sample.Live(_demo)),
            Does.Contain($"{Key}: expected a key for the live bank")
                .And.Contain("Bank:PublicKeys:0:File: expected a key for the live bank")
        );

    [Test]
    public void The_live_bank_needs_a_memory_outside_the_database()
    {
        var values = Sample.Live(_live);
        values.Remove("Worker:MemoryFile");
        Assert.That(Sample.Problems(values), Does.Contain("Worker:MemoryFile: expected a file on a disk"));
    }

    [Test]
    public void Live_keys_are_refused_for_the_demo() =>
        Assert.That(Sample.Problems(Sample.Good(_live)), Does.Contain($"{Key}: expected a key for the demo bank"));

    [TestCase("https://proxy.bank131.ru/", "demo", "Bank:BaseUrl: expected the demo bank")]
    [TestCase("https://PROXY.bank131.ru.:443/", "demo", "Bank:BaseUrl: expected the demo bank")]
    [TestCase("https://demo.bank131.ru/", "live", "Bank:BaseUrl: expected proxy.bank131.ru")]
    [TestCase("https://proxy.bank131.ru.example.com/", "live", "Bank:BaseUrl: expected proxy.bank131.ru")]
    [TestCase("http://proxy.bank131.ru/", "live", "Bank:BaseUrl: expected https, found http")]
    public void The_address_and_the_environment_must_agree(string url, string environment, string expected)
    {
        var values = Sample.Good(environment == "live" ? _live : _demo);
        values["Bank:BaseUrl"] = url;
        values["Bank:Environment"] = environment;

        Assert.That(Sample.Problems(values), Does.Contain(expected));
    }

    [Test]
    public void The_live_bank_refuses_a_scale()
    {
        var values = Sample.Live(_live);
        values["Timings:Scale"] = "0.1";
        Assert.That(Sample.Problems(values), Does.Contain("Timings:Scale: expected 1, since Environment is live"));

        var demo = Sample.Good(_demo);
        demo["Timings:Scale"] = "0.1";
        var (configuration, findings) = Sample.Read(demo);
        Assert.That(findings.Problems, Is.Empty);
        Assert.That(configuration.Scaled.Lease, Is.EqualTo(TimeSpan.FromSeconds(6)));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public void A_private_key_that_others_can_read_is_refused_for_live_and_warned_of_for_demo()
    {
        const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.GroupRead;
        var values = Sample.Live(_live);
        values[Key] = _live.Write("open.pem", File.ReadAllText(_live.Private), Open);
        Assert.That(Sample.Problems(values), Does.Contain($"{Key}: expected a file that only its owner can read"));
        Assert.That(Sample.Problems(values), Does.Contain("with mode 440"));

        values = Sample.Good(_demo);
        values[Key] = _demo.Write("open.pem", File.ReadAllText(_demo.Private), Open);
        var (_, findings) = Sample.Read(values);
        Assert.That(findings.Problems, Is.Empty);
        Assert.That(findings.Warnings.Select(warning => warning.Path), Is.EqualTo(new[] { Key }));
    }

    [Test]
    public void A_file_that_is_no_fitting_key_is_refused()
    {
        var values = Sample.Good(_demo);
        values[Key] = _demo.WriteRsa("short.pem", 1024);
        Assert.That(Sample.Problems(values), Does.Contain("expected an RSA key of at least 2048 bits"));

        values[Key] = _demo.Public;
        Assert.That(Sample.Problems(values), Does.Contain("with no private key"));

        values[Key] = _demo.Write("junk.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----");
        Assert.That(Sample.Problems(values), Does.Contain("expected one RSA private key in PEM form"));

        values[Key] = Path.Combine(_demo.Path, "none.pem");
        Assert.That(Sample.Problems(values), Does.Contain("(no such file)"));

        values = Sample.Good(_demo);
        values["Bank:PublicKeys:0:File"] = _demo.Private;
        Assert.That(Sample.Problems(values), Does.Contain("expected a public key in PEM form"));
    }

    [Test]
    public void A_key_written_into_the_setting_itself_is_refused_and_not_shown()
    {
        var values = Sample.Good(_demo);
        values[Key] = File.ReadAllText(_demo.Private);

        Assert.That(Sample.Problems(values), Does.Contain($"{Key}: expected the path of a file, found a key itself"));
        Assert.That(Sample.Problems(values), Does.Not.Contain("MII"));
    }

    [TestCase("# payouts key; environment: live\n-----BEGIN", BankEnvironment.Live)]
    [TestCase("\r\n# payouts key; environment: demo\r\n-----BEGIN", BankEnvironment.Demo)]
    [TestCase("-----BEGIN", null)]
    public void The_comment_says_which_bank_a_key_is_for(string text, object? environment) =>
        Assert.That(KeyComment.Environment(text), Is.EqualTo(environment));
}
