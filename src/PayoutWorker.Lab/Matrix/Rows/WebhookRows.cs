using PayoutWorker.Payouts;
using static PayoutWorker.Lab.Matrix.Rows.Plants;
using Sim = Bank131.Simulator;

namespace PayoutWorker.Lab.Matrix.Rows;

/// <summary>F17 to F24: webhooks that are doubled, early, forged, old or wrong, and the bank's later words.</summary>
internal static partial class WebhookRows
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
}
