using System.Collections.Concurrent;
using System.Reflection;

namespace PayoutWorker.Store;

/// <summary>The statements of Store/Sql, by file name without its ending. A test prepares each one.</summary>
internal static class Sql
{
    private static readonly ConcurrentDictionary<string, string> Texts = new();

    // Here, since no statement runs before its text was asked for: columns are snake_case everywhere.
    static Sql() => Dapper.DefaultTypeMap.MatchNamesWithUnderscores = true;

    public static string Text(string name) => Texts.GetOrAdd(name, static name => Read(name + ".sql"));

    /// <summary>Several statements that travel together.</summary>
    public static string Join(IEnumerable<string> names) => string.Join('\n', names.Select(Text));

    public static IEnumerable<string> Names =>
        Assembly
            .GetExecutingAssembly()
            .GetManifestResourceNames()
            .Where(name =>
                name.EndsWith(".sql", StringComparison.Ordinal) && !name.Contains('/', StringComparison.Ordinal)
            )
            .Select(name => name[..^4]);

    internal static string Read(string resource)
    {
        using var stream =
            Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"expected an embedded resource {resource}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
