using PayoutWorker.Lab.Simulation.Faults;
using PayoutWorker.Payouts;
using static PayoutWorker.Lab.Matrix.Rows.Plants;
using Sim = Bank131.Simulator;

namespace PayoutWorker.Lab.Matrix.Rows;

// How each of these faults is brought about.
internal static partial class WorkerRows
{
    private static TimeSpan Hour => TimeSpan.FromHours(1);

    private static string Fate(Phase phase, string known) =>
        phase switch
        {
            Phase.Create => "N",
            Phase.Init => "U",
            _ => known,
        };

    private static string Parked(Phase phase) => phase == Phase.Init ? "held:outcome_unknown" : "paid";

    // Forward and back at once would be two faults: an hour ahead hurts more, since things look old.
    private static Cell WrongClock(Phase phase) =>
        new(
            "=",
            "paid",
            _ => new Plant
            {
                ClockError = TimeSpan.FromHours(1),
                Set = seen => seen.FiresWhen(happened => IsOf(phase, happened)),
            }
        );

    // A worker whose clock is wrong has passed here.
    private static bool IsOf(Phase phase, Sim.BankEvent happened) =>
        phase switch
        {
            Phase.Claim or Phase.Create => happened.Kind is Sim.BankEventKind.Created or Sim.BankEventKind.Inited,
            Phase.Start => happened.Kind == Sim.BankEventKind.Started,
            Phase.Init => happened.Kind == Sim.BankEventKind.Inited,
            Phase.Confirm => happened.Kind == Sim.BankEventKind.Confirmed,
            _ => happened.Kind == Sim.BankEventKind.WebhookAnswered && happened.WebhookType == phase.WebhookOf(),
        };

    // The bank signs with its next key before it stands in our ring: 401 until it does.
    private static Cell KeyNotTrusted(Phase phase) =>
        new(
            "B",
            "paid",
            _ => new Plant
            {
                Set = seen =>
                    seen.Stage.Bank.Carrier = delivery =>
                    {
                        var refused = delivery.Type == phase.WebhookOf() && delivery.Attempt < 3;
                        if (refused)
                            seen.Fired();
                        return new(delivery.Body, IsRefused: refused);
                    },
            }
        )
        {
            Tests = ["SigningTests.During_a_rotation_both_keys_are_good_and_the_used_one_is_named"],
        };

    private static Cell PoisonedOrder() =>
        new(
            "XI",
            "rejected",
            _ => new Plant
            {
                Orders = 8,
                Order = order => order with { Recipient = order.Recipient with { Name = "\0" } },
                Set = seen => seen.When(PayoutState.Rejected, _ => seen.Fired()),
            }
        );

    // Every write about it fails while the others go their way.
    private static Cell Poisoned(Phase phase) =>
        new(
            "I",
            // Claimed again and again without a result: it may be what kills the worker, so a person looks at it. What
            // waits for our confirm meanwhile is given up by the bank in the end.
            phase switch
            {
                Phase.Create => "paid",
                Phase.Confirm => "held:outcome_unknown → failed",
                _ => "held:before_money",
            },
            _ => new Plant
            {
                Orders = 8,
                Strikes =
                [
                    Intent(phase, FaultKind.CommitFails) with
                    {
                        Payout = 1,
                        Times = int.MaxValue,
                        During = Storm,
                    },
                ],
            }
        );

    private static Cell Raised(PayoutState when) =>
        new(
            "M",
            "held:mismatch → failed",
            _ => new Plant
            {
                Set = seen =>
                    seen.When(
                        when,
                        _ =>
                        {
                            seen.Fired();
                            seen.Row.Order = seen.Row.Order with
                            {
                                Amount = seen.Row.Order.Amount with { Minor = 99_999 },
                            };
                        }
                    ),
            }
        )
        {
            Tests = Insider,
        };
}
