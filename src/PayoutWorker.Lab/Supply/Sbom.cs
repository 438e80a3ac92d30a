using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PayoutWorker.Lab.Supply;

/// <summary>
/// The bill of materials, CycloneDX 1.5 JSON. It carries no time and no random number: the same output folder gives the
/// same bytes.
/// </summary>
internal static class Sbom
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <param name="folder">Where the files of <paramref name="parts"/> lie, for their hashes.</param>
    public static string Of(ShippedParts parts, string folder)
    {
        var root = "pkg:generic/PayoutWorker@" + parts.Version;
        var refs = parts.Packages.ToDictionary(package => package.Name, Purl, StringComparer.OrdinalIgnoreCase);
        var document = new JsonObject
        {
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.5",
            ["version"] = 1,
            ["metadata"] = new JsonObject
            {
                ["component"] = new JsonObject
                {
                    ["type"] = "application",
                    ["bom-ref"] = root,
                    ["name"] = "PayoutWorker",
                    ["version"] = parts.Version,
                    ["components"] = Array(parts.OwnFiles.Select(file => FileOf(folder, file))),
                },
            },
            ["components"] = Array([
                .. parts.Packages.Select(package => Library(package, folder)),
                .. parts.Frameworks.Select(framework => Framework(framework.Name, framework.Version)),
            ]),
            ["dependencies"] = Array([
                new JsonObject
                {
                    ["ref"] = root,
                    ["dependsOn"] = Array(refs.Values.Select(one => JsonValue.Create(one))),
                },
                .. parts.Packages.Select(package => new JsonObject
                {
                    ["ref"] = Purl(package),
                    ["dependsOn"] = Array(
                        package.DependsOn.Where(refs.ContainsKey).Select(name => JsonValue.Create(refs[name]))
                    ),
                }),
            ]),
        };
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(document.ToJsonString()));
        document.Insert(2, "serialNumber", "urn:uuid:" + Version8(digest));
        return document.ToJsonString(Indented) + "\n";
    }

    private static string Purl(ShippedPackage package) => $"pkg:nuget/{package.Name}@{package.Version}";

    private static JsonObject Library(ShippedPackage package, string folder)
    {
        var library = new JsonObject
        {
            ["type"] = "library",
            ["bom-ref"] = Purl(package),
            ["name"] = package.Name,
            ["version"] = package.Version,
            ["purl"] = Purl(package),
        };
        if (package.Sha512 is { } hash)
            library["hashes"] = new JsonArray(new JsonObject { ["alg"] = "SHA-512", ["content"] = hash });
        if (package.Licence is { } licence)
            library["licenses"] = new JsonArray(new JsonObject { ["expression"] = licence });
        library["components"] = Array(package.Files.Select(file => FileOf(folder, file)));
        return library;
    }

    private static JsonObject Framework(string name, string version) =>
        new()
        {
            ["type"] = "framework",
            ["bom-ref"] = $"framework:{name}@{version}",
            ["name"] = name,
            ["version"] = version,
            // Not in the folder: it is the runtime's that is installed beside, at this version or a later patch.
            ["scope"] = "excluded",
        };

    private static JsonObject FileOf(string folder, string file) =>
        new()
        {
            ["type"] = "file",
            ["name"] = file,
            ["hashes"] = new JsonArray(
                new JsonObject
                {
                    ["alg"] = "SHA-256",
                    ["content"] = Convert.ToHexStringLower(
                        SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, file)))
                    ),
                }
            ),
        };

    private static JsonArray Array(IEnumerable<JsonNode?> items) => [.. items];

    // A name made of the content, in the form that is meant for such.
    private static Guid Version8(byte[] digest)
    {
        var bytes = digest[..16];
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
