using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Payouts;
using Route = PayoutWorker.Projects.Route;

namespace PayoutWorker.Host.Configuration;

/// <summary>Which project pays what, from the projects' Methods and SenderAccounts.</summary>
internal static class Routes
{
    public static IReadOnlyList<Route> Of(IEnumerable<ProjectSettings> projects) => [.. Claims(projects)];

    /// <summary>All claims, also those that contradict each other.</summary>
    public static IEnumerable<Route> Claims(IEnumerable<ProjectSettings> projects) =>
        from project in projects
        from method in project.Methods.Distinct()
        from account in project.SenderAccounts.Count == 0 ? [null] : project.SenderAccounts.Distinct<string?>()
        select new Route(method, account, project.Name ?? "");

    public static string Text(Method method, string? account) =>
        (method == Method.Card ? "card" : "account")
        + (account is null ? " payouts from every other account" : $" payouts from account {account}");
}
