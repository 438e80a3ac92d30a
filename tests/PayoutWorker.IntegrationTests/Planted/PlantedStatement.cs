using System.Collections.Concurrent;
using System.Reflection;
using PayoutWorker.Store;

namespace PayoutWorker.IntegrationTests.Planted;

/// <summary>
/// Another text in the place of a shipped statement until it is disposed of. The product has no door for this: the test
/// reaches into the cache of texts, and only while nothing else runs.
/// </summary>
internal sealed class PlantedStatement : IDisposable
{
    private readonly string _name;
    private readonly string _shipped;

    /// <param name="from">What stands there; it must, or nothing would be planted.</param>
    public PlantedStatement(string name, string from, string to)
    {
        (_name, _shipped) = (name, Sql.Text(name));
        Assert.That(_shipped, Does.Contain(from), $"{name} has changed: plant the bug anew");
        Texts[name] = _shipped.Replace(from, to, StringComparison.Ordinal);
    }

    private static ConcurrentDictionary<string, string> Texts =>
        (ConcurrentDictionary<string, string>)
            typeof(Sql).GetField("Texts", BindingFlags.NonPublic | BindingFlags.Static)!.GetValue(null)!;

    public void Dispose() => Texts[_name] = _shipped;
}
