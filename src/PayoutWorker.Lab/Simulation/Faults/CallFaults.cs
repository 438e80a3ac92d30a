using Bank131.Messages;
using Bank131.Simulator;
using PayoutWorker.Lab.Simulation.Actors;
using PayoutWorker.Lab.Simulation.Engine;

namespace PayoutWorker.Lab.Simulation.Faults;

/// <summary>A fault of a call in the words of the simulated bank, which carries it out.</summary>
internal static class CallFaults
{
    // The longest that a request may be on its way for the quarantine to hold: Q covers the send window, this, and
    // the lag of status.
    private static readonly TimeSpan Latest = TimeSpan.FromSeconds(70);
    private static readonly TimeSpan VeryLate = TimeSpan.FromMinutes(20);

    public static CallFault? Of(FaultKind kind, string path, SeedPlan plan, World world)
    {
        var silent = world.Chance(0.5);
        return kind switch
        {
            FaultKind.RequestLost => new CallFault(CallFaultKind.RequestLost) { Silent = silent },
            FaultKind.AnswerLost => new CallFault(CallFaultKind.AnswerLost) { Silent = silent },
            FaultKind.ErrorBefore => new CallFault(CallFaultKind.ErrorBefore),
            FaultKind.ErrorAfter => new CallFault(CallFaultKind.ErrorAfter),
            FaultKind.TooManyRequests => new CallFault(CallFaultKind.TooManyRequests)
            {
                RetryAfter = silent ? TimeSpan.FromSeconds(5) : null,
            },
            FaultKind.SlowAnswer => new CallFault(CallFaultKind.Slow)
            {
                Delay = world.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(40)),
            },
            FaultKind.Garbage => new CallFault(CallFaultKind.Garbage),
            FaultKind.Truncated => new CallFault(CallFaultKind.Truncated),
            FaultKind.WrongSession => new CallFault(CallFaultKind.WrongSession),
            FaultKind.Redirect => new CallFault(CallFaultKind.Redirect),
            FaultKind.LateArrival => Late(TimeSpan.Zero, Latest),
            FaultKind.VeryLateArrival => Late(Latest, VeryLate),
            FaultKind.Doubled => Doubled(path, plan, world),
            _ => null,
        };

        CallFault Late(TimeSpan least, TimeSpan most) =>
            new(CallFaultKind.LateDelivery) { Silent = silent, Delay = world.Between(least, most) };
    }

    // A bank that looks at no key pays a doubled init twice whoever asks, so there only the first copy may arrive. And
    // a second start that comes between the evidence and the confirm cannot be seen: there it comes at once.
    private static CallFault Doubled(string path, SeedPlan plan, World world)
    {
        var keyless = plan.Bank.Policies.DuplicateKey == DuplicateKey.Ignore;
        // Nor may it refuse the first copy and take the second.
        var forgetful = !plan.Bank.Policies.RefusedKeyIsUsed;
        if ((keyless || forgetful) && path is BankPath.InitCard or BankPath.InitRko)
            return new CallFault(CallFaultKind.AnswerLost);
        if (path == BankPath.StartRko && plan.IsKeyless && plan.AsksBeforeAnswering)
            return new CallFault(CallFaultKind.AnswerLost);
        var delay =
            keyless && path == BankPath.StartRko || world.Chance(0.3)
                ? TimeSpan.Zero
                : world.Between(TimeSpan.Zero, Latest);
        return new CallFault(CallFaultKind.Doubled) { Delay = delay };
    }
}
