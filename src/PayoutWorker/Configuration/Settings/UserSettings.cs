namespace PayoutWorker.Host.Configuration.Settings;

/// <summary>What a person may do on the pages.</summary>
internal enum UserRole
{
    /// <summary>Sees everything but webhooks as they came; changes nothing.</summary>
    Viewer,

    /// <summary>May hold, release, cancel, stop and the rest.</summary>
    Operator,
}

/// <summary>A person who may sign in.</summary>
internal sealed class UserSettings
{
    /// <summary>Stands in the history as who did it.</summary>
    public string? Name { get; init; }

    /// <summary>File that holds the password's hash, as <c>hash-password</c> prints it.</summary>
    public string? PasswordFile { get; init; }

    public UserRole Role { get; init; }
}
