using PayoutWorker.Decisions;
using PayoutWorker.Payouts;
using PayoutWorker.Projects;
using PayoutWorker.Store;

namespace PayoutWorker.IntegrationTests.Database.Support;

/// <summary>The policy and the orders to the store that most tests use.</summary>
internal static class Rules
{
    public static readonly Policy Policy = new()
    {
        Projects = new Dictionary<string, ProjectPolicy> { ["main"] = new(false), ["cards"] = new(true) },
    };

    public static readonly ClaimOrder Claim = new(
        Slots: 50,
        Policy.Timings.Lease,
        [new Route(Method.Account, null, "main"), new Route(Method.Card, null, "cards")],
        PausedProjects: [],
        InProgressMax: 100_000
    );

    /// <summary>Applies with the real decision.</summary>
    public static readonly InboxOrder Inbox = new(
        200,
        Policy.Timings.OrphanRetry,
        Policy.Timings.OrphanAlarm,
        (payout, evidence) => Decision.Learn(payout, evidence, Policy, mine: false)
    );

    /// <summary>The change that <see cref="Decision.Next"/> wants to be written; fails when it wants to ask.</summary>
    public static Change Next(Payout payout) => ((Act.Write)Decision.Next(payout, Policy)).Change;
}
