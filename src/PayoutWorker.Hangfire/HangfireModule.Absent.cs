using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace PayoutWorker.HangfireScheduling;

/// <summary>What the host calls, where Hangfire's packages were not to be had: the same members, and a reason.</summary>
internal static class HangfireModule
{
    /// <summary>Why Hangfire is not here; null where it is.</summary>
    public static string? ReasonForAbsence =>
        "Hangfire is not built into this program: its packages were not to be had where it was built";

    public static void AddServices(IServiceCollection services, HangfireOptions options) =>
        throw new InvalidOperationException(ReasonForAbsence);

    public static void MapDashboard(IApplicationBuilder app, string policy) =>
        throw new InvalidOperationException(ReasonForAbsence);

    /// <summary>Brings Hangfire's own tables up to date. Returns whether that changed anything.</summary>
    public static Task<bool> MigrateAsync(NpgsqlDataSource migrator, CancellationToken cancellationToken) =>
        Task.FromResult(false);
}
