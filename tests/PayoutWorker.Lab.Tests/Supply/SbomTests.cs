using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PayoutWorker.Lab.Supply;

namespace PayoutWorker.Lab.Tests.Supply;

/// <summary>The bill of materials names every assembly that ships, and the notices every package.</summary>
internal sealed partial class SbomTests
{
    private static readonly string Root = RepositoryRoot.Find();

    // Built as this test is: bin/Debug or bin/Release.
    private static readonly string Folder = Path.Combine(
        Root,
        "src/PayoutWorker/bin",
        new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name,
        "net10.0"
    );

    private static readonly ShippedParts Parts = ShippedParts.Read(Folder, Packages.Home);

    [Test]
    public void Every_assembly_of_the_output_folder_is_listed_with_its_hash_and_no_other()
    {
        var sbom = JsonNode.Parse(Sbom.Of(Parts, Folder))!;
        var listed = new[] { sbom["metadata"]!["component"]! }
            .Concat(sbom["components"]!.AsArray()!)
            .SelectMany(component => component!["components"]?.AsArray() ?? [])
            .Select(file => $"{file!["name"]} {file["hashes"]![0]!["content"]}");
        var there = Directory
            .EnumerateFiles(Folder, "*.dll")
            .Select(file =>
                $"{Path.GetFileName(file)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))}"
            )
            .ToArray();

        Assert.That(there, Has.Length.GreaterThan(8));
        Assert.That(listed, Is.EquivalentTo(there));
    }

    [Test]
    public void It_has_the_form_of_CycloneDX_and_is_the_same_each_time()
    {
        var text = Sbom.Of(Parts, Folder);
        var sbom = JsonNode.Parse(text)!;
        Assert.That((string?)sbom["bomFormat"], Is.EqualTo("CycloneDX"));
        Assert.That((string?)sbom["specVersion"], Is.EqualTo("1.5"));
        Assert.That((string?)sbom["serialNumber"], Does.Match(SerialNumber().ToString()));
        Assert.That(Sbom.Of(ShippedParts.Read(Folder, Packages.Home), Folder), Is.EqualTo(text));

        string[] refs =
        [
            (string)sbom["metadata"]!["component"]!["bom-ref"]!,
            .. sbom["components"]!.AsArray().Select(component => (string)component!["bom-ref"]!),
        ];
        Assert.That(refs, Is.Unique.And.Length.GreaterThan(8));
        var named = sbom["dependencies"]!
            .AsArray()
            .SelectMany(one => one!["dependsOn"]!.AsArray().Select(to => (string)to!).Append((string)one["ref"]!));
        Assert.That(named.Distinct(), Is.SubsetOf(refs));
        Assert.That(
            sbom["components"]!.AsArray().Where(one => (string?)one!["type"] == "library"),
            Has.All.Matches<JsonNode>(one =>
                ((string)one["purl"]!).StartsWith("pkg:nuget/", StringComparison.Ordinal)
                && ((string)one["hashes"]![0]!["content"]!).Length == 128
                && one["licenses"] is not null
            )
        );
    }

    [Test]
    public void The_notices_name_each_shipped_package_at_its_version_and_licence_and_no_other()
    {
        var listed = Row()
            .Matches(File.ReadAllText(Path.Combine(Root, "THIRD-PARTY-NOTICES.md")))
            .Select(row => (Name: row.Groups[1].Value, Version: row.Groups[2].Value, Licence: row.Groups[3].Value))
            .ToArray();
        // Of Hangfire the next test speaks: not every build has its packages, and so their licences, at hand.
        var shipped = Parts
            .Packages.Where(package => !HangfireParts.Contains(package.Name))
            .Select(package => (package.Name, package.Version, package.Licence))
            .ToArray();

        Assert.That(shipped, Is.SubsetOf(listed));
        // Where Hangfire is not built in, its packages are still named: other builds ship them.
        Assert.That(
            listed.Except(shipped.Select(one => (one.Name, one.Version, one.Licence!))).Select(one => one.Name),
            Is.SubsetOf(HangfireParts)
        );
    }

    [Test]
    public void The_notices_name_Hangfire_at_the_versions_that_are_built_in_where_it_is()
    {
        var versions =
            File.ReadAllText(Path.Combine(Root, "Directory.Build.props"))
            + File.ReadAllText(Path.Combine(Root, "Directory.Packages.props"));
        var listed = Row()
            .Matches(File.ReadAllText(Path.Combine(Root, "THIRD-PARTY-NOTICES.md")))
            .ToDictionary(row => row.Groups[1].Value, row => row.Groups[2].Value);
        foreach (var name in HangfireParts)
        {
            var version = Regex.Match(
                versions,
                name switch
                {
                    "Hangfire.PostgreSql" => "<HangfirePostgreSqlVersion>(.*?)<",
                    "Newtonsoft.Json" => "Include=\"Newtonsoft.Json\" Version=\"(.*?)\"",
                    _ => "<HangfireVersion>(.*?)<",
                }
            );
            Assert.That(listed[name], Is.EqualTo(version.Groups[1].Value), name);
        }
    }

    private static readonly string[] HangfireParts =
    [
        "Hangfire.AspNetCore",
        "Hangfire.Core",
        "Hangfire.NetCore",
        "Hangfire.PostgreSql",
        "Newtonsoft.Json",
    ];

    [GeneratedRegex(@"^\| ([\w.]+) \| ([\d.]+) \| ([\w.-]+) \| .+ \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")]
    private static partial Regex SerialNumber();
}
