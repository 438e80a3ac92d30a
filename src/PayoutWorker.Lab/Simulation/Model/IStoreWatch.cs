using PayoutWorker.Payouts;

namespace PayoutWorker.Lab.Simulation.Model;

/// <summary>Who is told what the model does: the judge of a simulation, or the test that holds the model to PostgreSQL.</summary>
internal interface IStoreWatch
{
    /// <summary>What no store may be asked for was asked for, or the model contradicts itself.</summary>
    void Fail(string rule, string text);

    void Claimed(ModelRow row, string owner, Payout payout, PayoutState found);

    void Written(ModelRow row, string owner, Payout before, Change change, Payout after);

    /// <summary>The fence was raised by somebody who does not drive it.</summary>
    void Released(ModelRow row);

    /// <summary>The same logical call is intended once more.</summary>
    void Resending(ModelRow row, ModelCall call);

    /// <summary>A change stopped this project: only a person lets it go on.</summary>
    void ProjectStopped(string project);
}
