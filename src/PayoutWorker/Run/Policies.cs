using PayoutWorker.Decisions;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Run;

/// <summary>From settings to the policy that decisions look at.</summary>
internal static class Policies
{
    public static Policy Of(WorkerConfiguration configuration)
    {
        var (guard, policy) = (configuration.Guard, configuration.Policy);
        return new Policy
        {
            Timings = configuration.Scaled,
            Projects = configuration.Bank.Projects.ToDictionary(
                project => project.Name!,
                project => new ProjectPolicy(project.AutoConfirm)
            ),
            Guard = new GuardPolicy(
                guard.CompareName,
                guard.CompareInn,
                guard.CompareKpp,
                guard.SenderBik == "none" ? null : guard.SenderBik
            ),
            Requisites = new RequisitesPolicy(configuration.Requisites.CheckKeys),
            MaxSends = policy.MaxSends,
            AskBeforeConfirmFrom = policy.AskBeforeConfirmFrom,
            ManySessions = policy.ManySessions,
            MaxClaims = policy.MaxClaims,
            RestartsAfterConfirmTimeout = policy.RestartsAfterConfirmTimeout,
        };
    }
}
