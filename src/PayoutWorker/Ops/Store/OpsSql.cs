using System.Collections.Concurrent;
using System.Reflection;

namespace PayoutWorker.Host.Ops.Store;

/// <summary>The statements of Ops/Sql, by file name without its ending. A test runs each one as payouts_ops.</summary>
internal static class OpsSql
{
    private const string Prefix = "ops/";
    private static readonly ConcurrentDictionary<string, string> Texts = new();

    // Here, since no statement runs before its text was asked for: columns are snake_case everywhere.
    static OpsSql() => Dapper.DefaultTypeMap.MatchNamesWithUnderscores = true;

    public static IEnumerable<string> Names =>
        Assembly
            .GetExecutingAssembly()
            .GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^4]);

    public static string Text(string name) => Texts.GetOrAdd(name, Read);

    private static string Read(string name)
    {
        using var stream =
            Assembly.GetExecutingAssembly().GetManifestResourceStream($"{Prefix}{name}.sql")
            ?? throw new InvalidOperationException($"expected an embedded statement {name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
