using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bank131.Simulator;

/// <summary>
/// Reads <see cref="SimulatorOptions"/> from a JSON file. Wherever a <c>…_pem</c> is expected, <c>…_file</c> may name a
/// file instead, relative to the configuration.
/// </summary>
internal static class SimulatorConfig
{
    /// <exception cref="InvalidDataException">Not readable, with the reason.</exception>
    public static SimulatorOptions Read(string path)
    {
        try
        {
            var root =
                JsonNode.Parse(File.ReadAllText(path), null, new() { CommentHandling = JsonCommentHandling.Skip })
                as JsonObject;
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            if (root is null)
                throw new InvalidDataException($"{path}: expected a JSON object");
            Inline(root, folder);
            foreach (var project in root["projects"]?.AsArray() ?? [])
                if (project is JsonObject p)
                    Inline(p, folder);
            return root.Deserialize<SimulatorOptions>(SimulatorJson.Options)!;
        }
        catch (Exception e) when (e is JsonException or IOException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    private static void Inline(JsonObject owner, string folder)
    {
        foreach (var (name, value) in owner.ToArray())
        {
            if (!name.EndsWith("_key_file", StringComparison.Ordinal) || value is null)
                continue;
            owner.Remove(name);
            owner[name[..^"file".Length] + "pem"] = File.ReadAllText(Path.Combine(folder, value.GetValue<string>()));
        }
    }
}
