using PayoutWorker.Tests.Support;

namespace PayoutWorker.Tests.Configuration;

/// <summary>Who might pass for the proxy, or read what sessions are made with.</summary>
internal sealed class AdminRulesTests
{
    private const string Secret = "0123456789abcdef0123456789abcdef";
    private const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private KeyFolder _keys = null!;

    [SetUp]
    public void MakeKeys() => _keys = new KeyFolder();

    [TearDown]
    public void DropKeys() => _keys.Dispose();

    [TestCase("127.0.0.1")]
    [TestCase("127.9.9.9")]
    [TestCase("::1")]
    [TestCase("::ffff:127.0.0.1")]
    public void A_proxy_on_loopback_needs_a_secret(string address)
    {
        var values = Sample.Good(_keys);
        values["Admin:ProxyAddress"] = address;
        Assert.That(
            Sample.Problems(values),
            Does.StartWith($"Admin:ProxySecretFile: expected a file, since Admin:ProxyAddress is {address}")
                .And.Contain("X-Proxy-Secret")
                .And.Contain("Admin:BehindTls")
        );
        values["Admin:ProxySecretFile"] = _keys.Write("proxy", Secret + "\n");
        Assert.That(Sample.Problems(values), Is.Empty);
    }

    [Test]
    public void A_proxy_elsewhere_may_do_without()
    {
        var values = Sample.Good(_keys);
        values["Admin:ProxyAddress"] = "10.0.0.7";
        Assert.That(Sample.Problems(values), Is.Empty);
    }

    [TestCase("too-short")]
    [TestCase("0123456789abcdef 0123456789abcdef")]
    public void A_secret_that_can_be_guessed_or_not_sent_is_none(string secret)
    {
        var values = Sample.Good(_keys);
        values["Admin:ProxySecretFile"] = _keys.Write("proxy", secret);
        Assert.That(
            Sample.Problems(values),
            Does.Contain("Admin:ProxySecretFile: expected one line").And.Not.Contain(secret)
        );
    }

    [Test]
    public void The_folder_of_the_sessions_keys_is_for_its_owner_alone()
    {
        if (OperatingSystem.IsWindows())
            return;
        var folder = Path.Combine(_keys.Path, "sessions");
        Directory.CreateDirectory(folder);
        var values = Sample.Good(_keys);
        values["Admin:KeyFolder"] = folder;
        File.SetUnixFileMode(folder, Mine | UnixFileMode.GroupRead | UnixFileMode.GroupExecute);
        Assert.That(
            string.Join('\n', Sample.Read(values).Findings.Warnings),
            Does.Contain("Admin:KeyFolder: expected a folder that only its owner can read").And.Contain("mode 750")
        );
        values["Bank:BaseUrl"] = "https://proxy.bank131.ru/";
        values["Bank:Environment"] = "live";
        Assert.That(Sample.Problems(values), Does.Contain("Admin:KeyFolder: expected a folder that only"));

        File.SetUnixFileMode(folder, Mine);
        Assert.That(Sample.Problems(values), Does.Not.Contain("Admin:KeyFolder"));
    }
}
