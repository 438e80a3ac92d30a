using PayoutWorker.Decisions;
using PayoutWorker.Lab.Simulation;
using PayoutWorker.Lab.Simulation.Actors;
using PayoutWorker.Payouts;
using Sim = Bank131.Simulator;

namespace PayoutWorker.Lab.Matrix;

/// <summary>What one cell came to.</summary>
/// <param name="End">How the payout ended.</param>
/// <param name="Problems">What was not as it must be; empty when all was.</param>
internal sealed record CellResult(string End, IReadOnlyList<string> Problems, IReadOnlyList<string> Trace);

/// <summary>
/// One run with exactly one fault: the product's drive, decision and inbox over the model's database and the simulated
/// bank, on virtual time, judged by the bank's ledger. The same cell goes the same way each time.
/// </summary>
internal static class CellRun
{
    private const int Seed = 131;

    // As long as a worker may sleep, and more.
    private static readonly TimeSpan Faults = TimeSpan.FromHours(3);

    public static CellResult Run(Cell cell, Phase phase, Way way, bool tracing = false)
    {
        var plant = cell.Plant!(way);
        var end = cell.End;
        var sighting = new Sighting();
        var parts = new SimulationParts
        {
            Plan = (seed, _) => PlanOf(seed, plant, way, end),
            Dice = (world, _) => new LoadedDice(world, plant.Strikes, sighting),
            Bank = bank => new WatchedBank(bank, sighting, plant),
            ClockError = _ => plant.ClockError,
            // A fault between ready and confirm needs that there is something between.
            HandsOver = false,
            Set = stage =>
            {
                sighting.Stage = stage;
                stage.Bank.Happened = sighting.Saw;
                stage.Model.Committed = sighting.Saw;
                plant.Set(sighting);
            },
        };
        var run = SeedRun.Run(Seed, tracing, parts);
        List<string> problems = [.. run.Failures];
        if (sighting.Fires == 0)
            problems.Add("the fault did not fire");
        else
            problems.AddRange(cell.Codes.Select(Code.Of).Select(code => Problem(code)).OfType<string>());
        var ended = string.Join(" → ", sighting.Rests);
        if (ended != end)
            problems.Add($"expected it to end {end}, got {ended} ({sighting.Row.Result.Reason})");
        return new CellResult(ended, problems, run.Trace);

        string? Problem(Code code) => code.Problem(sighting, phase) is { } problem ? $"{code.Letter}: {problem}" : null;
    }

    private static SeedPlan PlanOf(int seed, Plant plant, Way way, string end)
    {
        var bank = plant.Bank(BankOf());
        return new SeedPlan
        {
            Seed = seed,
            Workers = 2,
            Slots = 4,
            InProgressMax = 100,
            FaultRate = 0,
            FaultBudget = 0,
            Faults = Faults,
            Policy = new Policy
            {
                ErrorCodes = SeedPlanner.Codes,
                Projects = new Dictionary<string, ProjectPolicy>
                {
                    [SeedPlan.AccountProject] = new(AutoConfirm: false),
                    [SeedPlan.CardProject] = new(AutoConfirm: false),
                    [SeedPlan.AutoProject] = new(AutoConfirm: true),
                },
            },
            Bank = bank,
            Orders =
            [
                .. Enumerable
                    .Range(0, plant.Orders)
                    .Select(i =>
                        OrderOf(i, way, i == 0 ? plant : new Plant(), end.Contains("held", StringComparison.Ordinal))
                    ),
            ],
        };
    }

    private static Sim.SimulatorOptions BankOf()
    {
        var webhooks = new Uri("http://worker/");
        return new Sim.SimulatorOptions
        {
            Projects =
            [
                new(SeedPlan.AccountProject, null, AutoConfirm: false, webhooks),
                new(SeedPlan.CardProject, null, AutoConfirm: false, webhooks),
                new(SeedPlan.AutoProject, null, AutoConfirm: true, webhooks),
            ],
            CheckSignatures = false,
            EventsKept = 0,
            WebhookRetry = new Sim.WebhookRetry { StopAfter = null },
        };
    }

    private static OrderPlan OrderOf(int i, Way way, Plant plant, bool mayEndHeld)
    {
        var card = way != Way.TwoStep;
        var order = plant.Order(
            new Order(
                SeedPlan.ErpKey(i),
                card ? Method.Card : Method.Account,
                card ? Flow.SingleRequest : Flow.TwoStep,
                new Money(10_000 + 137 * i, "RUB"),
                way switch
                {
                    Way.TwoStep => SeedPlan.Sender,
                    Way.Auto => SeedPlan.AutoSender,
                    _ => null,
                },
                card
                    ? new Recipient("Ivan Ivanov", null, null, null, null, SeedPlan.Card(i)[^4..])
                    : new Recipient("Ivan Ivanov", $"40817810{i:000000000000}", "044525225", null, null, null),
                card ? null : "Payment under contract 1",
                false,
                card ? SeedPlan.SealedCard(i) : null,
                null
            )
        );
        var payee = card ? SeedPlan.Card(i) : order.Recipient.Account!;
        return new OrderPlan(order, payee, TimeSpan.FromSeconds(i), plant.Script(new Sim.PayoutScript(payee)))
        {
            IsAutomatic = way == Way.Auto,
            MayEndHeld = mayEndHeld,
        };
    }
}
