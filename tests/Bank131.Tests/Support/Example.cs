using System.Text.Json.Nodes;

namespace Bank131.Tests.Support;

/// <summary>Bodies printed on the bank's own pages.</summary>
internal static class Example
{
    public static byte[] Bytes(string name) =>
        File.ReadAllBytes(Path.Combine(TestContext.CurrentContext.TestDirectory, "Examples", name));

    public static JsonNode Node(string name) => JsonNode.Parse(Bytes(name))!;
}
