using System.Text.Json;

namespace Bank131.Simulator.Tests.Support;

/// <summary>A JSON body as the set of its paths: <c>session.payments[].id</c>.</summary>
internal static class Shapes
{
    public static HashSet<string> OfFile(string name) =>
        Of(File.ReadAllBytes(Path.Combine(TestContext.CurrentContext.TestDirectory, "Examples", name)));

    public static HashSet<string> Of(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        var paths = new HashSet<string>(StringComparer.Ordinal);
        Walk(document.RootElement, "", paths);
        return paths;
    }

    private static void Walk(JsonElement element, string path, HashSet<string> paths)
    {
        if (path.Length > 0)
            paths.Add(path);
        if (element.ValueKind == JsonValueKind.Object)
            foreach (var property in element.EnumerateObject())
                Walk(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}", paths);
        if (element.ValueKind == JsonValueKind.Array)
            foreach (var item in element.EnumerateArray())
                Walk(item, path + "[]", paths);
    }
}
