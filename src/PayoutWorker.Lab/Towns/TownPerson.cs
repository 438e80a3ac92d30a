using PayoutWorker.Host.Admin;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Lab.Towns;

/// <summary>Somebody who may sign in to the operators' pages of a town.</summary>
internal sealed record TownPerson(string Name, string Password, UserRole Role)
{
    /// <summary>Writes the password's hash where the worker reads it, and says how to configure that.</summary>
    public (string File, UserRole Role) Write(string folder)
    {
        var file = Path.Combine(folder, $"{Name}.password");
        // Guessed by nobody within the life of a town.
        File.WriteAllText(file, PasswordHash.Of(Password, PasswordHash.IterationsMin).ToString());
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return (file, Role);
    }
}
