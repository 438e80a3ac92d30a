using System.Collections;
using System.Globalization;
using PayoutWorker.Host.Configuration;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Tests.Support;

namespace PayoutWorker.Tests.Docs;

/// <summary>docs/configuration.md lists every key with its default, and no other key.</summary>
internal sealed class ConfigurationDocsTests
{
    [Test]
    public void Every_key_is_listed_with_its_default()
    {
        var keys = new WorkerConfiguration()
            .Sections.SelectMany(section => section.Targets.SelectMany(target => Keys(section.Name, target)))
            .ToArray();
        var listed = Repository
            .Text("docs/configuration.md")
            .Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => string.Join('|', line.Split('|').Take(3)) + "|");

        Assert.That(keys, Has.Length.GreaterThan(50));
        Assert.That(listed, Is.EquivalentTo(keys));
    }

    private static IEnumerable<string> Keys(string path, object target)
    {
        foreach (var property in SettingsBinder.Settable(target.GetType()))
        {
            var (key, type) = ($"{path}:{property.Name}", property.PropertyType);
            var item = type.IsGenericType ? type.GetGenericArguments()[0] : null;
            if (item is { IsClass: true } && item != typeof(string))
                foreach (var inner in Keys($"{key}:N", Activator.CreateInstance(item)!))
                    yield return inner;
            else
                yield return $"| `{key}` | {Default(property.GetValue(target))} |";
        }
    }

    private static string Default(object? value) =>
        value switch
        {
            null or "" => "–",
            IReadOnlyList<TimeSpan> spans => $"`{string.Join(", ", spans.Select(Duration.Text))}`",
            string text => $"`{text}`",
            IEnumerable => "–",
            TimeSpan span => $"`{Duration.Text(span)}`",
            bool flag => flag ? "`true`" : "`false`",
            _ => $"`{Convert.ToString(value, CultureInfo.InvariantCulture)}`",
        };
}
