using System.Collections;
using System.Globalization;
using System.Reflection;

namespace PayoutWorker.Host.Configuration;

/// <summary>
/// Fills settings from configuration. Unlike the framework's binder it reports every key that nothing reads, since a
/// misspelt limit is no limit, and every value that does not convert, all at once.
/// </summary>
internal sealed class SettingsBinder(Findings findings)
{
    public void Bind(IConfiguration section, string path, params object[] targets)
    {
        foreach (var child in section.GetChildren())
        {
            var childPath = path.Length == 0 ? child.Key : $"{path}:{child.Key}";
            var found = targets
                .SelectMany(target => Settable(target.GetType()).Select(property => (target, property)))
                .FirstOrDefault(pair => pair.property.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            if (found.property is null)
                Unknown(childPath, child.Key, targets.SelectMany(target => Settable(target.GetType())));
            else if (Convert(child, childPath, found.property.PropertyType) is { } value)
                found.property.SetValue(found.target, value);
        }
    }

    /// <summary>The properties that a key can set.</summary>
    public static IEnumerable<PropertyInfo> Settable(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite);

    public void Unknown(string path, string key, IEnumerable<string> known)
    {
        var names = known.ToArray();
        var near = names.OrderBy(name => Distance(name, key)).FirstOrDefault();
        var fix =
            near is not null && Distance(near, key) <= Math.Max(2, key.Length / 4)
                ? $"Did you mean {near}?"
                : "Remove it; docs/configuration.md lists what there is.";
        findings.Add(path, $"one of {string.Join(", ", names)}", $"the unknown key '{key}'", fix);
    }

    private void Unknown(string path, string key, IEnumerable<PropertyInfo> known) =>
        Unknown(path, key, known.Select(property => property.Name));

    // Null where nothing is configured, or what is there is a problem that was noted: the default stays.
    private object? Convert(IConfigurationSection section, string path, Type type)
    {
        if (string.IsNullOrEmpty(section.Value) && !section.GetChildren().Any())
            return null;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            return List(section, path, type.GetGenericArguments()[0]);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
            return Dictionary(section, path, type.GetGenericArguments()[1]);
        if (!IsScalar(type))
        {
            var target = Activator.CreateInstance(type)!;
            Bind(section, path, target);
            return target;
        }
        if (section.Value is { } text)
            return Scalar(text, path, type);
        findings.Add(path, Expected(Nullable.GetUnderlyingType(type) ?? type), "a section", "Give one value.");
        return null;
    }

    private IList List(IConfigurationSection section, string path, Type item)
    {
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!;
        // One value with commas, for environment variables.
        var values =
            section.Value is { Length: > 0 } text && IsScalar(item)
                ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .Select((one, index) => Scalar(one, $"{path}:{index}", item))
                : section.GetChildren().Select(child => Convert(child, $"{path}:{child.Key}", item));
        foreach (var value in values)
            if (value is not null)
                list.Add(value);
        return list;
    }

    private IDictionary Dictionary(IConfigurationSection section, string path, Type item)
    {
        var result = (IDictionary)
            Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), item))!;
        foreach (var child in section.GetChildren())
            if (Convert(child, $"{path}:{child.Key}", item) is { } value)
                result[child.Key] = value;
        return result;
    }

    private object? Scalar(string text, string path, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        object? value =
            type == typeof(string) ? text
            : type == typeof(TimeSpan) ? Duration.Parse(text)
            : type == typeof(DateTimeOffset) ? Moment(text)
            : type == typeof(bool) ? (bool.TryParse(text, out var flag) ? flag : null)
            : type == typeof(int)
                ? (int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var whole) ? whole : null)
            : type == typeof(double)
                ? (
                    double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                    && double.IsFinite(number)
                        ? number
                        : null
                )
            : Enum.GetNames(type).FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase))
                is { } member
                ? Enum.Parse(type, member)
            : null;
        if (value is null)
            findings.Add(path, Expected(type), $"'{text}'", "Correct the value.");
        return value;
    }

    // A time without an offset is UTC, whatever the machine's zone.
    private static DateTimeOffset? Moment(string text) =>
        DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var moment
        )
            ? moment
            : null;

    private static bool IsScalar(Type type) => type.IsValueType || type == typeof(string);

    private static string Expected(Type type) =>
        type == typeof(TimeSpan) ? Duration.Expected
        : type == typeof(DateTimeOffset) ? "a UTC time such as 2026-12-01 or 2026-12-01T09:00:00Z"
        : type == typeof(bool) ? "true or false"
        : type == typeof(int) ? "a whole number"
        : type == typeof(double) ? "a number"
        : type.IsEnum ? string.Join(" or ", Enum.GetNames(type))
        : "one value";

    // Levenshtein, in the plain form: keys are short and there are few.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]);
                var best = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (same ? 0 : 1));
                diagonal = row[j];
                row[j] = best;
            }
        }
        return row[b.Length];
    }
}
