using System.Security.Claims;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Admin;

/// <summary>The people of the configuration, with their passwords' hashes read from the files once.</summary>
internal sealed class AdminUsers(IEnumerable<AdminUser> users)
{
    private readonly Dictionary<string, AdminUser> _users = users.ToDictionary(
        user => user.Name,
        StringComparer.OrdinalIgnoreCase
    );

    public static AdminUsers Of(AdminSettings settings) =>
        new(
            settings.Users.Select(user => new AdminUser(
                user.Name!,
                user.Role,
                user.PasswordFile is { } file ? PasswordHash.Parse(File.ReadAllText(file)) : null
            ))
        );

    public AdminUser? Find(string? name) => name is null ? null : _users.GetValueOrDefault(name);

    /// <summary>A typed name for the log: only if somebody has it, since people type passwords there.</summary>
    public string NameForLog(string typed) => Find(typed)?.Name ?? "an unknown name";

    /// <summary>Whether this is still one of them, with the same role and password.</summary>
    public bool Knows(ClaimsPrincipal? principal) => Find(principal?.Identity?.Name)?.Is(principal) == true;
}
