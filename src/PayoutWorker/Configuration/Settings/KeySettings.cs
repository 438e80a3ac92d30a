namespace PayoutWorker.Host.Configuration.Settings;

/// <summary>A key of a ring: its file, and the time in which it counts.</summary>
internal sealed class KeySettings
{
    /// <summary>Our name for it; of the bank's keys it is kept with each webhook.</summary>
    public string? Id { get; init; }

    /// <summary>PEM file.</summary>
    public string? File { get; init; }

    /// <summary>UTC; left out: always was.</summary>
    public DateTimeOffset? ValidFrom { get; init; }

    /// <summary>UTC, the first moment in which it does not count any more; left out: has no end.</summary>
    public DateTimeOffset? ValidTo { get; init; }

    /// <summary>A key that a setting names by its file alone; the file's name is its id.</summary>
    public static KeySettings OfFile(string file) => new() { Id = Path.GetFileName(file).Split('.')[0], File = file };
}
