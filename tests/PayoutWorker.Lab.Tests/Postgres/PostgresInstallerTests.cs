using PayoutWorker.Lab.Postgres;

namespace PayoutWorker.Lab.Tests.Postgres;

/// <summary>With an apt-get that only writes down what it is asked.</summary>
[CancelAfter(60_000)]
internal sealed class PostgresInstallerTests
{
    private string _folder = null!;

    private PostgresInstaller Installer() => new(AptGet, Configuration, Path.Combine(_folder, "lock"));

    private string AptGet => Path.Combine(_folder, "apt-get");
    private string Calls => Path.Combine(_folder, "calls");
    private string Configuration => Path.Combine(_folder, "etc/createcluster.conf");

    [SetUp]
    public void CreateFolder()
    {
        _folder = Directory.CreateTempSubdirectory("payouts-lab-install-").FullName;
        Executable.Write(AptGet, $"echo \"$DEBIAN_FRONTEND $*\" >>'{Calls}'\n");
    }

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task The_package_is_installed_without_questions_and_without_a_cluster(CancellationToken token)
    {
        await Installer().RunAsync(() => false, TextWriter.Null, token);

        var calls = await File.ReadAllLinesAsync(Calls, token);
        Assert.That(calls, Has.Length.EqualTo(2).And.All.StartsWith("noninteractive "));
        Assert.That(calls[0], Does.EndWith(" update"));
        Assert.That(calls[1], Does.EndWith(" install -y --no-install-recommends postgresql"));
        Assert.That(await File.ReadAllTextAsync(Configuration, token), Does.Contain("\ncreate_main_cluster = false\n"));
    }

    [Test]
    public async Task A_file_that_decides_about_the_cluster_is_left_alone(CancellationToken token)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Configuration)!);
        await File.WriteAllTextAsync(Configuration, "create_main_cluster = true\n", token);

        await Installer().RunAsync(() => false, TextWriter.Null, token);

        var text = await File.ReadAllTextAsync(Configuration, token);
        Assert.That(text, Is.EqualTo("create_main_cluster = true\n"));
    }

    [Test]
    public async Task Two_at_once_install_once(CancellationToken token)
    {
        var installer = Installer();
        Func<bool> isInstalled = () => File.Exists(Calls);

        await Task.WhenAll(
            installer.RunAsync(isInstalled, TextWriter.Null, token),
            installer.RunAsync(isInstalled, TextWriter.Null, token)
        );

        Assert.That(await File.ReadAllLinesAsync(Calls, token), Has.Length.EqualTo(2));
    }

    [Test]
    public void A_failure_shows_what_apt_get_said(CancellationToken token)
    {
        Executable.Write(AptGet, "echo no route; exit 100\n");

        Assert.That(
            () => Installer().RunAsync(() => false, TextWriter.Null, token),
            Throws.InvalidOperationException.With.Message.Contains("no route")
        );
    }
}
