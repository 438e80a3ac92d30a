namespace PayoutWorker.Lab.Matrix;

/// <summary>The tests that cells name must be there.</summary>
internal static class NamedTests
{
    /// <summary>Names, as class.method, that no file under tests has.</summary>
    public static IReadOnlyList<string> Missing(string repository, IEnumerable<Tried> tried)
    {
        var files = Directory
            .EnumerateFiles(System.IO.Path.Combine(repository, "tests"), "*.cs", SearchOption.AllDirectories)
            .ToLookup(System.IO.Path.GetFileNameWithoutExtension);
        return [.. tried.SelectMany(one => one.Cell.Tests).Distinct().Where(name => !IsThere(files, name.Split('.')))];
    }

    private static bool IsThere(ILookup<string?, string> files, string[] name) =>
        files[name[0]]
            .Any(file =>
            {
                var text = File.ReadAllText(file);
                return text.Contains($"class {name[0]}", StringComparison.Ordinal)
                    && text.Contains($" {name[1]}(", StringComparison.Ordinal);
            });
}
