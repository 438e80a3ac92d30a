using PayoutWorker.Payouts;
using Sim = Bank131.Simulator;

namespace PayoutWorker.Lab.Matrix;

/// <summary>What must happen when a fault strikes: the letters of the page, and how a run is held to them.</summary>
internal sealed record Code(string Letter, string Meaning, Func<Sighting, Phase, string?> Problem)
{
    // As in Timings: nothing is sent again before.
    private static readonly TimeSpan Quarantine = new Decisions.Timings().Quarantine;

    public static IReadOnlyList<Code> All { get; } =
    [
        new("=", "nothing changes: each call leaves once, as without the fault", Once),
        new("N", "create again: under its own key until the bank knows that, then for a new session", CreatedAgain),
        new("R", "asked, waited for the quarantine, asked, then the same call again in the same session", Resent),
        new("Q", "found out: by asking, or by the bank's webhook where that is first; never sent again", FoundOut),
        new("T", "it provably never left: tried again at once", TriedAgain),
        new("U", "may have arrived: never sent again, waits for the bank's webhook, else for a person", Parked),
        new("W", "waits and asks; nothing is sent meanwhile", Once),
        new("D", "recognised as known: no effect", Once),
        new("A", "the transaction is done anew; nothing was sent within it", Once),
        new("L", "the lease ends, another claim takes it up", TakenUp),
        new("H", "fails closed: nothing is sent without a committed intent, no webhook acknowledged", Closed),
        new("B", "not acknowledged: the bank sends it again", BankResends),
        new("X", "refused, no effect", Once),
        new("O", "kept as an orphan, acknowledged, moves nothing", Once),
        new("P", "the project is stopped with an alarm, and goes on when a person has looked", Paused),
        new("M", "an alarm and a person", Alarmed),
        new("C", "corrected: the bank's later word wins and the ERP is told", Corrected),
        new("I", "isolated: the others are paid meanwhile", Isolated),
    ];

    public static Code Of(char letter) => All.First(code => code.Letter[0] == letter);

    private static string? Once(Sighting seen, Phase phase) =>
        Enum.GetValues<Step>()
            .Where(step => seen.Sends(step).Count > 1)
            .Select(step => $"{step.Text()} left {seen.Sends(step).Count} times")
            .FirstOrDefault()
        ?? OneSession(seen);

    private static string? OneSession(Sighting seen) =>
        seen.Row.Sessions.Count > 1 ? $"{seen.Row.Sessions.Count} sessions were opened" : null;

    private static string? CreatedAgain(Sighting seen, Phase phase)
    {
        var creates = seen.Sends(Step.Create);
        if (creates.Count < 2)
            return $"expected create to leave again, it left {creates.Count} times";
        if (!creates.Select(sent => sent.N).SequenceEqual(creates.Select(sent => sent.N).Order()))
            return "a session's key was used after the next one's";
        return
            seen.Sends(Step.Start).DistinctBy(sent => sent.N).Count() == seen.Sends(Step.Start).Count
            && seen.Sends(Step.Confirm).Count == 1
            ? null
            : "start must leave once for each session, confirm once";
    }

    private static string? Resent(Sighting seen, Phase phase)
    {
        var sent = seen.Sends(phase.StepOf()!.Value);
        if (sent.Count != 2)
            return $"expected it to leave twice, got {sent.Count}";
        if (sent[1].At - sent[0].At < Quarantine)
            return $"it left again after {sent[1].At - sent[0].At}, within the quarantine";
        return seen.Asks(sent[0].At + Quarantine, sent[1].At) == 0
            ? "the bank was not asked after the quarantine"
            : OneSession(seen);
    }

    private static string? FoundOut(Sighting seen, Phase phase) =>
        seen.Asks(seen.FiredAt!.Value, TimeSpan.MaxValue) == 0 && !seen.HasHeardSince
            ? "the bank was neither asked nor heard"
            : Once(seen, phase);

    private static string? TriedAgain(Sighting seen, Phase phase)
    {
        var sent = seen.Sends(phase.StepOf()!.Value);
        return sent.Count != 2 ? $"expected two tries, got {sent.Count}"
            : sent[1].At - sent[0].At >= Quarantine ? "what never left waited for the quarantine"
            : OneSession(seen);
    }

    private static string? Parked(Sighting seen, Phase phase) =>
        seen.Row.Events.Any(happened => happened.To == PayoutState.Initiating)
            ? Once(seen, phase)
            : "it was never under way";

    private static string? TakenUp(Sighting seen, Phase phase) =>
        seen.Sends(Step.Start).Count > 1 || seen.Sends(Step.Init).Count > 1 || seen.Sends(Step.Confirm).Count > 1
            ? "a call that may pay left twice"
            : null;

    private static string? Closed(Sighting seen, Phase phase)
    {
        if (phase.WebhookOf() is { } type && phase != Phase.WriteBack)
            return seen.Bank.Any(happened =>
                happened is { Kind: Sim.BankEventKind.WebhookAnswered, HttpStatus: 503 } && happened.WebhookType == type
            )
                ? Once(seen, phase)
                : "no webhook was answered with 503";
        return phase.StepOf() is { } step && seen.Sends(step).Any(sent => sent.At == seen.FiredAt)
            ? "it left while its intent was not known to be committed"
            : TakenUp(seen, phase);
    }

    private static string? BankResends(Sighting seen, Phase phase) =>
        seen.Bank.Any(happened =>
            happened is { Kind: Sim.BankEventKind.WebhookSending, Attempt: > 1 }
            && happened.WebhookType == phase.WebhookOf()
        )
            ? Once(seen, phase)
            : "the bank did not send it again";

    private static string? Paused(Sighting seen, Phase phase) =>
        seen.IsProjectStopped && seen.Alarms.Contains(AlarmKind.ProjectPaused) ? null : "the project was not stopped";

    private static string? Alarmed(Sighting seen, Phase phase) => seen.Alarms.Count == 0 ? "no alarm was raised" : null;

    private static string? Corrected(Sighting seen, Phase phase) =>
        seen.Rests.Count > 1 || seen.Alarms.Count > 0 ? Once(seen, phase) : "nothing was corrected";

    private static string? Isolated(Sighting seen, Phase phase)
    {
        var others = seen.Stage.Model.Rows.Skip(1).ToArray();
        return others.Length > 0 && others.All(row => row.State == PayoutState.Paid)
            ? null
            : "the others were not all paid";
    }
}
