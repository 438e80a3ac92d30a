using PayoutWorker.Lab.Simulation.Model;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Model;

/// <summary>Keeps what the model says of itself; that it refuses something is compared, not complained about.</summary>
internal sealed class ModelWatch : IStoreWatch
{
    /// <summary>What the model went on with differs from what it has written.</summary>
    public List<string> Contradictions { get; } = [];

    public void Fail(string rule, string text)
    {
        if (rule == "after")
            Contradictions.Add(text);
    }

    public void Claimed(ModelRow row, string owner, Payout payout, PayoutState found) { }

    public void Written(ModelRow row, string owner, Payout before, Change change, Payout after) { }

    public void Released(ModelRow row) { }

    public void Resending(ModelRow row, ModelCall call) { }

    public void ProjectStopped(string project) { }
}
