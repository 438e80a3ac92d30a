using PayoutWorker.Lab.Simulation.Engine;
using PayoutWorker.Payouts;
using Sim = Bank131.Simulator;

namespace PayoutWorker.Lab.Simulation.Actors;

/// <summary>The orders of a seed: every flow is there, and some meet a bank with ideas of its own.</summary>
internal static class OrderPlanner
{
    private static readonly (Method Method, Flow Flow, bool Auto)[] Flows =
    [
        (Method.Account, Flow.TwoStep, false),
        (Method.Account, Flow.SingleRequest, false),
        (Method.Card, Flow.SingleRequest, true),
        (Method.Card, Flow.SingleRequest, false),
        (Method.Account, Flow.TwoStep, false),
    ];

    private static readonly string[] Refusals =
    [
        "account_not_found",
        "insufficient_wallet_balance",
        "provider_issuer_unavailable",
        "authentication_error",
    ];

    public static IReadOnlyList<OrderPlan> Make(World world, Sim.SimulatorOptions bank, bool mayComeBackToLife)
    {
        var count = world.Random.Next(Flows.Length, SeedPlan.MaxOrders + 1);
        return [.. Enumerable.Range(0, count).Select(i => One(i, world, bank, mayComeBackToLife))];
    }

    private static OrderPlan One(int i, World world, Sim.SimulatorOptions bank, bool mayComeBackToLife)
    {
        var (method, flow, auto) = i < Flows.Length ? Flows[i] : Flows[world.Random.Next(Flows.Length)];
        var order = Order(i, method, flow, auto, world);
        var payee = method == Method.Card ? SeedPlan.Card(i) : order.Recipient.Account!;
        var arrives = world.Between(TimeSpan.Zero, TimeSpan.FromSeconds(90));
        var plan = new OrderPlan(order, payee, arrives, null) { IsAutomatic = auto || bank.Projects[0].AutoConfirm };
        var script = Script(plan, world, mayComeBackToLife && bank.Projects[0].WebhookUrl is not null);
        var leftOpen =
            script is { Outcome: Sim.Outcome.Error, ResolvesAfter: null } or { SecondPayout: true }
            || script.Mismatches.Count > 0
            || (
                bank.Policies.FailedSession == Sim.FailedSession.Error
                && script.Outcome is Sim.Outcome.FailCheck or Sim.Outcome.FailAfterConfirm or Sim.Outcome.Error
            );
        return plan with { Script = script, MayEndHeld = leftOpen };
    }

    private static Order Order(int i, Method method, Flow flow, bool auto, World world)
    {
        var card = method == Method.Card;
        // One bad row in some: it must end rejected and hurt nobody.
        var bik = world.Chance(0.03) ? "12" : "044525225";
        return new Order(
            SeedPlan.ErpKey(i),
            method,
            flow,
            new Money(10_000 + 137 * i, world.Chance(0.5) ? "RUB" : "rub"),
            card ? (auto ? SeedPlan.AutoSender : null) : SeedPlan.Sender,
            card
                ? new Recipient("Ivan Ivanov", null, null, null, null, SeedPlan.Card(i)[^4..])
                : new Recipient("Ivan Ivanov", $"40817810{i:000000000000}", bik, null, null, null),
            card ? null : "Payment under contract 1",
            false,
            card ? SeedPlan.SealedCard(i) : null,
            world.Chance(0.3) ? """{"n": 1}""" : null
        );
    }

    private static Sim.PayoutScript Script(OrderPlan plan, World world, bool mayComeBackToLife)
    {
        var script = Story(new Sim.PayoutScript(plan.Payee), plan, world);
        // Who was told "failed" asks no more: only the webhook, or the daily statement, brings the late success, and a restore may lose it.
        if (script.LateSuccessAfter is not null)
            return mayComeBackToLife ? script : script with { LateSuccessAfter = null };
        return world.Chance(0.35) ? script with { WebhookFaults = WebhookFaults(world) } : script;
    }

    private static Sim.PayoutScript Story(Sim.PayoutScript script, OrderPlan plan, World world) =>
        world.Random.Next(100) switch
        {
            < 6 => script with
            {
                Outcome = Sim.Outcome.RefuseStart,
                OutcomeTimes = world.Random.Next(1, 3),
                Code = Refusals[world.Random.Next(Refusals.Length)],
            },
            < 9 => script with { Outcome = Sim.Outcome.FailCheck },
            < 13 => script with { Outcome = Sim.Outcome.FailAfterConfirm },
            < 20 => Error(script, world),
            < 27 => Mismatch(script, plan, world),
            < 30 when !plan.IsAutomatic => script with { SecondPayout = true },
            < 36 when plan.Order.Method == Method.Account => script with { Returns = Returns(plan, world) },
            < 40 => script with { PaysDespiteCancel = true },
            < 46 => LateSuccess(script, plan, world),
            _ => script,
        };

    // Where a confirm comes too late a second session is opened, and the bank may pay the first one beside it.
    private static Sim.PayoutScript LateSuccess(Sim.PayoutScript script, OrderPlan plan, World world) =>
        plan.Order.Flow == Flow.TwoStep && world.Chance(0.7)
            ? script with
            {
                Outcome = Sim.Outcome.ConfirmTooLate,
                OutcomeTimes = 1,
                LateSuccessAfter = TimeSpan.FromSeconds(Math.Pow(3_600, world.Random.NextDouble())),
            }
            : script with
            {
                Outcome = Sim.Outcome.FailAfterConfirm,
                LateSuccessAfter = world.Between(TimeSpan.FromMinutes(1), TimeSpan.FromHours(30)),
            };

    private static Sim.PayoutScript Error(Sim.PayoutScript script, World world) =>
        script with
        {
            Outcome = Sim.Outcome.Error,
            ResolvesAfter = world.Chance(0.2)
                ? null
                : TimeSpan.FromSeconds(Math.Pow(36_000, world.Random.NextDouble())),
            ResolvesPaid = world.Chance(0.5),
            ErrorShowsFailed = world.Chance(0.5),
        };

    // A field that the bank shows nowhere cannot be found wrong: amount and currency stand in payments only.
    private static Sim.PayoutScript Mismatch(Sim.PayoutScript script, OrderPlan plan, World world)
    {
        var card = plan.Order.Method == Method.Card;
        var field =
            plan.IsAutomatic ? Sim.MismatchField.Amount
            : card ? (Sim.MismatchField)world.Random.Next(3)
            : (Sim.MismatchField)world.Random.Next(5);
        var place =
            card || field is Sim.MismatchField.Amount or Sim.MismatchField.Currency
                ? Sim.MismatchPlace.Both
                : (Sim.MismatchPlace)world.Random.Next(3);
        return script with { Mismatches = [new Sim.Mismatch(field, place)] };
    }

    private static Sim.ReturnScript[] Returns(OrderPlan plan, World world)
    {
        var after = world.Between(TimeSpan.FromMinutes(1), TimeSpan.FromDays(5));
        var status = world.Chance(0.15) ? "declined" : "accepted";
        if (world.Chance(0.6))
            return [new(after, null, status)];
        var part = plan.Order.Amount.Minor / 3;
        return world.Chance(0.5)
            ? [new(after, part)]
            : [new(after, part), new(after * 1.5, plan.Order.Amount.Minor - part)];
    }

    private static Sim.WebhookFault[] WebhookFaults(World world) =>
        [
            .. Enumerable
                .Range(0, world.Random.Next(1, 3))
                .Select(_ => new Sim.WebhookFault(
                    (Sim.WebhookFaultKind)world.Random.Next(7),
                    world.Random.Next(4) switch
                    {
                        0 => "ready_to_confirm",
                        1 => "payment_finished",
                        2 => "payment_refunded",
                        _ => null,
                    }
                )
                {
                    Times = world.Chance(0.3) ? int.MaxValue : 1,
                    Delay = world.Between(TimeSpan.Zero, TimeSpan.FromMinutes(5)),
                    Copies = world.Random.Next(2, 5),
                }),
        ];
}
