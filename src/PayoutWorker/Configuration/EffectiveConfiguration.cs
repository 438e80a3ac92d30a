using System.Collections;
using System.Globalization;
using Npgsql;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Configuration;

/// <summary>The configuration in force, one line for each key, without secrets.</summary>
internal static class EffectiveConfiguration
{
    public static IEnumerable<(string Key, string Value)> Lines(WorkerConfiguration configuration) =>
        from section in configuration.Sections
        from target in section.Targets
        from line in Of(section.Name, target)
        select line;

    private static IEnumerable<(string Key, string Value)> Of(string path, object target)
    {
        foreach (var property in SettingsBinder.Settable(target.GetType()))
        foreach (var line in Value($"{path}:{property.Name}", property.GetValue(target)))
            yield return line;
    }

    private static IEnumerable<(string Key, string Value)> Value(string path, object? value) =>
        value switch
        {
            null => [],
            string text => [(path, path.EndsWith("ConnectionString", StringComparison.Ordinal) ? Masked(text) : text)],
            TimeSpan span => [(path, Duration.Text(span))],
            DateTimeOffset moment => [(path, moment.ToString("u", CultureInfo.InvariantCulture))],
            ValueType plain => [(path, Convert.ToString(plain, CultureInfo.InvariantCulture) ?? "")],
            IDictionary map => map.Keys.Cast<string>().SelectMany(key => Value($"{path}:{key}", map[key])),
            IEnumerable list => list.Cast<object>().SelectMany((item, index) => Value($"{path}:{index}", item)),
            _ => Of(path, value),
        };

    /// <summary>A connection string without its passwords.</summary>
    internal static string Masked(string connectionString)
    {
        try
        {
            var parsed = new NpgsqlConnectionStringBuilder(connectionString);
            if (parsed.Password is not null)
                parsed.Password = "***";
            if (parsed.SslPassword is not null)
                parsed.SslPassword = "***";
            return parsed.ConnectionString;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException)
        {
            return "(cannot be read, not shown)";
        }
    }
}
