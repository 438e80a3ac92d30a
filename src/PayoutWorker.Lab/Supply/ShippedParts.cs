using System.Text.Json;
using System.Xml.Linq;

namespace PayoutWorker.Lab.Supply;

/// <summary>What the worker's output folder consists of, by the list that the runtime itself loads from.</summary>
internal sealed record ShippedParts(
    string Version,
    IReadOnlyList<ShippedPackage> Packages,
    IReadOnlyList<string> OwnFiles,
    IReadOnlyList<(string Name, string Version)> Frameworks
)
{
    private const string Program = "PayoutWorker";

    /// <param name="folder">Holds PayoutWorker.deps.json: the output of a build or of publish.</param>
    /// <param name="packagesHome">Where restored packages lie, for their licences; may be missing.</param>
    public static ShippedParts Read(string folder, string packagesHome)
    {
        using var deps = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, Program + ".deps.json")));
        using var runtime = JsonDocument.Parse(
            File.ReadAllBytes(Path.Combine(folder, Program + ".runtimeconfig.json"))
        );
        var target = deps.RootElement.GetProperty("targets").EnumerateObject().First().Value;
        List<ShippedPackage> packages = [];
        List<string> own = [];
        var version = "";
        foreach (var library in deps.RootElement.GetProperty("libraries").EnumerateObject())
        {
            var (name, at) = (library.Name.Split('/')[0], library.Name.Split('/')[1]);
            var parts = target.GetProperty(library.Name);
            var files = Names(parts, "runtime").Select(file => Path.GetFileName(file)!).ToArray();
            if (library.Value.GetProperty("type").GetString() != "package")
            {
                own.AddRange(files);
                version = name == Program ? at : version;
                continue;
            }
            packages.Add(
                new ShippedPackage(
                    name,
                    at,
                    Hex(library.Value.TryGetProperty("sha512", out var hash) ? hash.GetString() : null),
                    Licence(packagesHome, name, at),
                    files,
                    [.. Names(parts, "dependencies")]
                )
            );
        }
        return new ShippedParts(version, packages, own, [.. FrameworksOf(runtime.RootElement)]);
    }

    private static IEnumerable<string> Names(JsonElement owner, string property) =>
        owner.TryGetProperty(property, out var value) ? value.EnumerateObject().Select(one => one.Name) : [];

    private static IEnumerable<(string, string)> FrameworksOf(JsonElement runtime)
    {
        var options = runtime.GetProperty("runtimeOptions");
        var frameworks = options.TryGetProperty("frameworks", out var several)
            ? several.EnumerateArray().ToArray()
            : [options.GetProperty("framework")];
        return frameworks.Select(one =>
            (one.GetProperty("name").GetString()!, one.GetProperty("version").GetString()!)
        );
    }

    private static string? Hex(string? hash) =>
        hash is not null && hash.StartsWith("sha512-", StringComparison.Ordinal)
            ? Convert.ToHexStringLower(Convert.FromBase64String(hash["sha512-".Length..]))
            : null;

    private static string? Licence(string packagesHome, string name, string version)
    {
        var id = name.ToLowerInvariant();
        var file = Path.Combine(packagesHome, id, version, id + ".nuspec");
        if (!File.Exists(file))
            return null;
        var licence = XDocument.Load(file).Descendants().FirstOrDefault(e => e.Name.LocalName == "license");
        return licence?.Attribute("type")?.Value == "expression" ? licence.Value : null;
    }
}
