using System.Text;
using PayoutWorker.Lab.Simulation.Faults;
using PayoutWorker.Payouts;
using static PayoutWorker.Lab.Matrix.Rows.Plants;
using Sim = Bank131.Simulator;

namespace PayoutWorker.Lab.Matrix.Rows;

// How each of these faults is brought about.
internal static partial class WebhookRows
{
    /// <summary>The finished webhook in other bytes, as often as given: its hash stops nothing, its rank does.</summary>
    public static Cell OtherBytes(Phase phase, int copies) =>
        new(
            "D",
            "paid",
            _ => new Plant
            {
                Set = seen =>
                    seen.Stage.Bank.Carrier = delivery =>
                    {
                        if (delivery.Type == phase.WebhookOf() && delivery.Attempt == 1)
                            for (var i = 1; i <= copies; i++)
                                Deliver(seen, Encoding.UTF8.GetString(delivery.Body) + new string(' ', i));
                        return new(delivery.Body);
                    },
            }
        );

    /// <summary>Well signed and unreadable: kept, answered 200, and the bank is asked.</summary>
    public static Cell HalfABody(Phase phase) =>
        new(
            "Q",
            "paid",
            _ => new Plant
            {
                Set = seen =>
                    seen.Stage.Bank.Carrier = delivery =>
                    {
                        if (delivery.Type != phase.WebhookOf())
                            return new(delivery.Body);
                        seen.Fired();
                        return new(delivery.Body[..(delivery.Body.Length / 2)]);
                    },
            }
        );

    /// <summary>A webhook about a session that is nobody's comes first.</summary>
    public static Cell UnknownSession(Phase phase) =>
        new(
            "O",
            "paid",
            _ => new Plant
            {
                Set = seen =>
                    seen.Stage.Bank.Carrier = delivery =>
                    {
                        if (delivery.Type == phase.WebhookOf() && seen.Fires == 0)
                            Deliver(seen, Stranger(delivery.Body));
                        return new(delivery.Body);
                    },
            }
        );

    private static string Stranger(byte[] body) =>
        Encoding.UTF8.GetString(body).Replace("\"ps_", "\"ps_77", StringComparison.Ordinal);

    private static void Deliver(Sighting seen, string body)
    {
        seen.Fired();
        seen.Stage.Bank.AnyWorker()?.Receive(Encoding.UTF8.GetBytes(body), _ => { });
    }

    // The first webhook of a type, byte for byte, when the payout has come further.
    private static Cell Again(Phase phase, PayoutState when, int copies) =>
        new(
            "D",
            "paid",
            _ => new Plant
            {
                Set = seen =>
                {
                    byte[]? heard = null;
                    var wanted = phase is Phase.Confirm ? Phase.Asked.WebhookOf() : phase.WebhookOf();
                    seen.Stage.Bank.Carrier = delivery =>
                    {
                        if (delivery.Type == wanted || wanted is null)
                            heard ??= delivery.Body;
                        return new(delivery.Body);
                    };
                    seen.When(
                        when,
                        _ =>
                        {
                            for (var i = 0; heard is not null && i < copies; i++)
                                Deliver(seen, Encoding.UTF8.GetString(heard));
                        }
                    );
                },
            }
        );

    private static Cell BeforeTheAnswer() =>
        Scripted(
            "D",
            "paid",
            script =>
                script with
                {
                    CheckDelay = TimeSpan.Zero,
                    PayDelay = TimeSpan.Zero,
                    WebhookFaults = [new Sim.WebhookFault(Sim.WebhookFaultKind.BeforeAnswer) { Times = 1 }],
                },
            (_, happened) => happened is { Kind: Sim.BankEventKind.Fault, Code: "BeforeAnswer" }
        );

    private static Cell FinishedBeforeConfirmAnswer() =>
        Scripted(
            "D",
            "paid",
            script =>
                script with
                {
                    PayDelay = TimeSpan.Zero,
                    WebhookFaults =
                    [
                        new Sim.WebhookFault(Sim.WebhookFaultKind.BeforeAnswer, "payment_finished") { Times = 1 },
                    ],
                },
            (_, happened) => happened is { Kind: Sim.BankEventKind.Fault, Code: "BeforeAnswer" }
        );

    // It carries our reference, and shows another amount: not taken for ours.
    private static Cell ForeignWithOurReference() =>
        new(
            "UO",
            "paid",
            way => new Plant
            {
                Strikes = [Call(Phase.Init, FaultKind.AnswerLost, Sim.CallFaultKind.AnswerLost)],
                Set = seen =>
                    seen.Stage.Bank.Carrier = delivery =>
                    {
                        if (delivery.Attempt == 1)
                            Deliver(seen, Stranger(delivery.Body).Replace("10000", "99999", StringComparison.Ordinal));
                        return new(delivery.Body);
                    },
            }
        );

    private static Cell WrongRequisites() =>
        new(
            "X",
            "rejected",
            way => new Plant
            {
                Order = order =>
                    order with
                    {
                        Recipient = order.Recipient with { Bik = "12", Name = way == Way.TwoStep ? "Ivan Ivanov" : "" },
                    },
                Set = seen => seen.When(PayoutState.Rejected, _ => seen.Fired()),
            }
        );

    // A card shows no confirm_information: there the card itself is another.
    private static Cell Mismatch(
        Sim.MismatchField field,
        Sim.MismatchPlace place,
        Sim.MismatchField? card = null,
        string end = "held:mismatch → failed"
    ) =>
        new(
            "M",
            end,
            way => new Plant
            {
                Script = script =>
                    script with
                    {
                        Mismatches =
                        [
                            way == Way.TwoStep
                                ? new Sim.Mismatch(field, place)
                                : new Sim.Mismatch(card ?? field, Sim.MismatchPlace.Both),
                        ],
                    },
                Set = seen => seen.FiresWhen(happened => happened.Kind == Sim.BankEventKind.WebhookSending),
            }
        );

    // Only this one message says so; the bank's status, asked for, says what was ordered.
    private static Cell PaidSomethingElse() =>
        new(
            "M",
            "held:mismatch → paid",
            _ => new Plant
            {
                Set = seen =>
                    seen.Stage.Bank.Carrier = delivery =>
                    {
                        if (delivery.Type != "payment_finished" || seen.Fires > 0)
                            return new(delivery.Body);
                        seen.Fired();
                        var text = Encoding.UTF8.GetString(delivery.Body);
                        return new(Encoding.UTF8.GetBytes(text.Replace("10000", "99999", StringComparison.Ordinal)));
                    },
            }
        );

    private static Cell LateSuccess() =>
        Scripted(
            "C",
            "failed → paid",
            script => script with { Outcome = Sim.Outcome.FailAfterConfirm, LateSuccessAfter = TimeSpan.FromHours(2) },
            (seen, happened) => happened.Kind == Sim.BankEventKind.Settled && seen.Row.State == PayoutState.Failed
        );

    private static Cell PaysDespiteCancel() =>
        new(
            "W",
            "paid",
            way => new Plant
            {
                Script = script => script with { PaysDespiteCancel = true, PayDelay = TimeSpan.FromMinutes(1) },
                Set = seen =>
                {
                    seen.FiresWhen(happened => happened.Kind == Sim.BankEventKind.Settled);
                    seen.When(PayoutState.Started, stage => stage.Model.RequestCancel(seen.Row));
                },
            }
        );

    private static Cell ComesBack(long? amount, string end) =>
        Scripted(
            "C",
            end,
            script => script with { Returns = [new Sim.ReturnScript(TimeSpan.FromHours(30), amount)] },
            (_, happened) => happened.Kind == Sim.BankEventKind.Refunded
        );
}
