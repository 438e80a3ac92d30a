using System.Text;
using PayoutWorker.Lab.Simulation.Faults;
using PayoutWorker.Payouts;
using static PayoutWorker.Lab.Matrix.Rows.Plants;
using Sim = Bank131.Simulator;

namespace PayoutWorker.Lab.Matrix.Rows;

/// <summary>F17 to F24: webhooks that are doubled, early, forged, old or wrong, and the bank's later words.</summary>
internal static class WebhookRows
{
    private const string NotYet = "no webhook can come before the bank has a payout";
    private const string NoEcho = "the bank has shown nothing yet";
    private const string OneWord = "the bank that confirms by itself sends one webhook, so there is no order";
    private const string NotPaidYet = "nothing is paid yet";

    private static readonly Phase[] Early = [Phase.Insert, Phase.Claim, Phase.Create];
    private static readonly string[] Forged =
    [
        "WebhookEndpointTests.Without_the_bank_s_signature_nothing_is_stored",
        "SigningTests.A_signature_verifies_under_its_own_key_only_and_for_its_own_bytes",
    ];

    public static IReadOnlyList<Row> All() =>
        [
            Row(
                "F17",
                "the same webhook a hundred times",
                ([.. Early, Phase.Start], _ => Cell.None(NotYet)),
                (
                    [Phase.Asked, Phase.Finished, Phase.Init],
                    phase => Webhook("D", phase, Sim.WebhookFaultKind.Doubled, times: int.MaxValue, copies: 100)
                ),
                ([Phase.Confirm], phase => Again(phase, PayoutState.Confirming, 100)),
                ([Phase.WriteBack], phase => OtherBytes(phase, 100))
            ),
            Row(
                "F18",
                "webhook out of order, or before the answer",
                (Early, _ => Cell.None(NotYet)),
                ([Phase.Start, Phase.Init], _ => BeforeTheAnswer()),
                ([Phase.Asked], phase => Webhook("QD", phase, Sim.WebhookFaultKind.Reordered, delay: Storm)),
                ([Phase.Confirm], _ => FinishedBeforeConfirmAnswer()),
                (
                    [Phase.Finished, Phase.WriteBack],
                    phase => Again(Phase.Asked, PayoutState.Paid, 1) with { OfAuto = Cell.None(OneWord) }
                )
            ),
            Row(
                "F19",
                "forged, tampered, unsigned webhook",
                ([.. Early, Phase.Start], _ => Cell.None(NotYet)),
                (
                    [Phase.Init, Phase.Asked, Phase.Finished],
                    phase => Webhook("X", phase, Sim.WebhookFaultKind.Forged) with { Tests = Forged }
                ),
                ([Phase.Confirm], _ => Webhook("X", Phase.Asked, Sim.WebhookFaultKind.Forged) with { Tests = Forged }),
                ([Phase.WriteBack], _ => Cell.None("nothing of it is stored, so nothing of it is applied"))
            ),
            Row(
                "F20",
                "an old webhook, well signed, replayed",
                ([.. Early, Phase.Start], _ => Cell.None(NotYet)),
                ([Phase.Asked], phase => Again(phase, PayoutState.Ready, 1)),
                ([Phase.Confirm], phase => Again(phase, PayoutState.Confirming, 1)),
                ([Phase.Finished, Phase.WriteBack], phase => Again(phase, PayoutState.Paid, 1)),
                ([Phase.Init], phase => Again(phase, PayoutState.Paid, 1))
            ),
            Row(
                "F21",
                "a session that nobody knows",
                ([.. Early, Phase.Start, Phase.Confirm], _ => Cell.None("it is about webhooks")),
                ([Phase.Asked, Phase.Finished], UnknownSession),
                ([Phase.Init], _ => ForeignWithOurReference()),
                ([Phase.WriteBack], _ => Cell.None("an orphan is not written back"))
            ),
            Row(
                "F22",
                "another payee, amount or currency",
                ([Phase.Insert], _ => WrongRequisites()),
                ([Phase.Claim, Phase.Create, Phase.Start], _ => Cell.None(NoEcho)),
                ([Phase.Asked], _ => Mismatch(Sim.MismatchField.Amount, Sim.MismatchPlace.Both)),
                (
                    [Phase.Confirm],
                    _ =>
                        Mismatch(
                            Sim.MismatchField.Account,
                            Sim.MismatchPlace.ConfirmInformation,
                            Sim.MismatchField.Account
                        )
                ),
                ([Phase.Finished], _ => PaidSomethingElse()),
                ([Phase.WriteBack], _ => Cell.None("see the finished webhook: it is one transaction")),
                (
                    [Phase.Init],
                    _ =>
                        Mismatch(Sim.MismatchField.Amount, Sim.MismatchPlace.Both) with
                        {
                            OfAuto = Mismatch(Sim.MismatchField.Amount, Sim.MismatchPlace.Both, end: "held:mismatch"),
                        }
                )
            ),
            Row(
                "F23",
                "late success after failed or cancelled",
                ([.. Early, Phase.Start, Phase.Asked, Phase.Confirm], _ => Cell.None(NotPaidYet)),
                ([Phase.Finished, Phase.Init], _ => LateSuccess()),
                ([Phase.WriteBack], _ => PaysDespiteCancel())
            ),
            Row(
                "F24",
                "the money comes back",
                ([.. Early, Phase.Start, Phase.Asked, Phase.Confirm], _ => Cell.None(NotPaidYet)),
                ([Phase.Finished, Phase.Init], _ => ComesBack(null, "paid → returned")),
                ([Phase.WriteBack], _ => ComesBack(3_000, "paid"))
            ),
        ];

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
