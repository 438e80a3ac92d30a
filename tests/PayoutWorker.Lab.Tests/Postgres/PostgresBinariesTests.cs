using PayoutWorker.Lab.Postgres;

namespace PayoutWorker.Lab.Tests.Postgres;

internal sealed class PostgresBinariesTests
{
    private string _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("payouts-lab-binaries-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void The_newest_version_is_found_by_number()
    {
        foreach (var version in new[] { "9.6", "17", "8" })
            Install($"versions/{version}/bin");

        var found = PostgresBinaries.Find([], [Path.Combine(_folder, "versions/*/bin")]);

        Assert.That(found?.Folder, Is.EqualTo(Path.Combine(_folder, "versions/17/bin")));
    }

    [Test]
    public void A_link_on_PATH_leads_to_the_folder_of_the_programs()
    {
        Install("real/bin");
        Directory.CreateDirectory(Path.Combine(_folder, "path"));
        File.CreateSymbolicLink(Path.Combine(_folder, "path/initdb"), Path.Combine(_folder, "real/bin/initdb"));

        var found = PostgresBinaries.Find([Path.Combine(_folder, "path")], []);

        Assert.That(found?.Folder, Is.EqualTo(Path.Combine(_folder, "real/bin")));
    }

    [Test]
    public void A_client_without_a_server_is_not_enough()
    {
        Install("bin");
        File.Delete(Path.Combine(_folder, "bin/postgres"));

        Assert.That(PostgresBinaries.Find([Path.Combine(_folder, "bin")], []), Is.Null);
    }

    private void Install(string folder)
    {
        Directory.CreateDirectory(Path.Combine(_folder, folder));
        foreach (var program in new[] { "initdb", "postgres" })
            Executable.Write(Path.Combine(_folder, folder, program), "");
    }
}
