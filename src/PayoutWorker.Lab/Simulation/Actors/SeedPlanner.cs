using PayoutWorker.Decisions;
using PayoutWorker.Lab.Simulation.Engine;
using Sim = Bank131.Simulator;

namespace PayoutWorker.Lab.Simulation.Actors;

/// <summary>From a seed to its plan: the bank's habits, the orders, how stormy it gets.</summary>
internal static class SeedPlanner
{
    public static readonly IReadOnlyDictionary<string, ErrorClass> Codes = new Dictionary<string, ErrorClass>
    {
        ["invalid_request"] = ErrorClass.Fail,
        ["account_not_found"] = ErrorClass.Fail,
        ["operation_rejected"] = ErrorClass.Fail,
        ["insufficient_wallet_balance"] = ErrorClass.ShortOfMoney,
        ["provider_issuer_unavailable"] = ErrorClass.Retry,
        ["authentication_error"] = ErrorClass.PauseProject,
    };

    private static readonly double[] Rates = [0.01, 0.04, 0.08, 0.16];

    public static SeedPlan Make(int seed, World world)
    {
        var random = world.Random;
        var rate = Rates[random.Next(Rates.Length)];
        var bank = Bank(world);
        var faults = world.Between(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(20));
        var restore = Restore(world, bank, faults);
        return new SeedPlan
        {
            Seed = seed,
            Workers = random.Next(2, 4),
            Slots = random.Next(1, 9),
            InProgressMax = world.Chance(0.2) ? random.Next(2, 5) : 100,
            FaultRate = rate,
            FaultBudget = 4 + (int)(rate * 300),
            Faults = faults,
            Restore = restore,
            Policy = new Policy
            {
                ErrorCodes = Codes,
                Projects = new Dictionary<string, ProjectPolicy>
                {
                    [SeedPlan.AccountProject] = new(AutoConfirm: false),
                    [SeedPlan.CardProject] = new(AutoConfirm: false),
                    [SeedPlan.AutoProject] = new(AutoConfirm: true),
                },
            },
            Bank = bank,
            Orders = OrderPlanner.Make(world, bank, mayComeBackToLife: restore is null),
        };
    }

    // Only at a bank that refuses a key that it knows, as Bank 131 says that it does: at another, nothing but its
    // statement tells what was lost.
    private static (TimeSpan At, TimeSpan Age)? Restore(World world, Sim.SimulatorOptions bank, TimeSpan faults)
    {
        if (!world.Chance(0.08) || bank.Policies.DuplicateKey != Sim.DuplicateKey.Refuse)
            return null;
        var age = TimeSpan.FromMilliseconds(Math.Pow(600_000, world.Random.NextDouble()));
        var at = world.Between(TimeSpan.FromSeconds(20), faults);
        return (at, age < at ? age : at);
    }

    private static Sim.SimulatorOptions Bank(World world)
    {
        var webhooks = world.Chance(0.05) ? null : new Uri("http://worker/");
        // The bank's setting is not always what we were told.
        var surprise = world.Chance(0.04);
        var confirmTimeout = world.Chance(0.2) ? TimeSpan.FromMinutes(world.Random.Next(2, 20)) : TimeSpan.FromHours(4);
        return new Sim.SimulatorOptions
        {
            Projects =
            [
                new(SeedPlan.AccountProject, null, surprise, webhooks),
                new(SeedPlan.CardProject, null, surprise, webhooks),
                new(SeedPlan.AutoProject, null, AutoConfirm: true, webhooks),
            ],
            CheckSignatures = false,
            EventsKept = 0,
            Delays = new Sim.BankDelays
            {
                Check = Between(world, 50, 5_000),
                Pay = Between(world, 100, 120_000),
                Cancel = Between(world, 100, 10_000),
                ConfirmTimeout = confirmTimeout,
                StatusLag = world.Chance(0.2) ? Between(world, 100, 15_000) : TimeSpan.Zero,
            },
            Policies = Habits(world, surprise),
        };
    }

    // What the bank's pages leave open is open here too.
    private static Sim.BankPolicies Habits(World world, bool surprise)
    {
        var habits = new Sim.BankPolicies
        {
            SecondStart = world.Chance(0.5) ? Sim.SecondStart.Refuse : Sim.SecondStart.AddPayout,
            SecondConfirm = world.Chance(0.5) ? Sim.SecondConfirm.Refuse : Sim.SecondConfirm.AcceptQuietly,
            DuplicateKey =
                world.Chance(0.6) ? Sim.DuplicateKey.Refuse
                : world.Chance(0.5) ? Sim.DuplicateKey.Replay
                : Sim.DuplicateKey.Ignore,
            ConfirmEcho = world.Chance(0.5) ? Sim.ConfirmEcho.SameBytes : Sim.ConfirmEcho.SameJson,
            FailedSession = world.Chance(0.15) ? Sim.FailedSession.Error : Sim.FailedSession.Cancelled,
            RefusedKeyIsUsed = world.Chance(0.5),
            StatusShowsConfirmInformation = world.Chance(0.8),
            FinishedAfterCancel = world.Chance(0.7),
            WebhookNames = world.Random.Next(3),
            HttpStatus = world.Chance(0.3) ? 200 : 400,
        };
        // Where the bank pays at once, its keys alone keep a doubled call from being paid twice.
        return surprise ? habits with { DuplicateKey = Sim.DuplicateKey.Refuse, RefusedKeyIsUsed = true } : habits;
    }

    private static TimeSpan Between(World world, int least, int most) =>
        TimeSpan.FromMilliseconds(least * Math.Pow((double)most / least, world.Random.NextDouble()));
}
