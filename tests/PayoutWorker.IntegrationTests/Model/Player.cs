using System.Security.Cryptography;
using Bank131.Client;
using Bank131.Views;
using PayoutWorker.Decisions;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.IntegrationTests.Model;

/// <summary>Plays commands on one side, as workers that know what they were told and nothing else.</summary>
internal sealed class Player(ISide side)
{
    // What each worker last heard of each payout: the fence that it believes in is of there.
    private readonly Dictionary<(int Worker, long Payout), Payout> _known = [];
    private int _inserted;

    /// <returns>What came back, as text; the same from both sides.</returns>
    public async Task<string> PlayAsync(Command command)
    {
        var said = await PlayAsync(command, await side.ReadAllAsync());
        await side.SpreadDueAndPassAsync(TimeSpan.FromMilliseconds(7));
        return said;
    }

    private async Task<string> PlayAsync(Command command, IReadOnlyList<Payout> all)
    {
        switch (command)
        {
            case Command.Insert insert:
                var order = Setting.Order(++_inserted, insert.Kind);
                await side.InsertAsync(order, insert.Priority, TimeSpan.FromSeconds(insert.NotBeforeS));
                return "inserted";
            case Command.Pass pass:
                await side.PassAsync(TimeSpan.FromMilliseconds(pass.Ms));
                return "passed";
            case Command.Claim claim:
                return await ClaimAsync(claim);
            case Command.Drive drive:
                return await DriveAsync(drive.Worker, At(all, drive.Payout));
            case Command.Answer answer:
                return await AnswerAsync(answer, At(all, answer.Payout));
            case Command.Look look:
                return await LookAsync(look, At(all, look.Payout));
            case Command.LookInVain look:
                return await LookInVainAsync(look, At(all, look.Payout));
            case Command.Webhook webhook:
                return await ReceiveAsync(webhook, At(all, webhook.Payout));
            case Command.ApplyInbox apply:
                return await ApplyAsync(apply);
            case Command.Request request:
                return $"{await side.RequestAsync(At(all, request.Payout).Id, request.Wish)}";
            case Command.Stop stop:
                return $"{await side.StopAsync(Setting.Stops[stop.Scope].Scope, Setting.Stops[stop.Scope].Value)} under way";
            case Command.Resume resume:
                return $"{await side.ResumeAsync(Setting.Stops[resume.Scope].Scope, Setting.Stops[resume.Scope].Value)}";
            case Command.WatchReturns watch:
                return await WatchAsync(watch);
            case Command.Meddle meddle:
                return await MeddleAsync(meddle, At(all, meddle.Payout), all);
            default:
                throw new InvalidOperationException($"expected a known command, got {command}");
        }
    }

    private async Task<string> ClaimAsync(Command.Claim claim)
    {
        var order = new ClaimOrder(
            claim.Slots,
            Setting.Policy.Timings.Lease,
            Setting.Routes,
            claim.Paused ? ["main"] : [],
            claim.InProgressMax,
            claim.Suspects,
            TimeSpan.FromSeconds(claim.OverdueS)
        );
        var claimed = await side.ClaimAsync(Name(claim.Worker), order);
        foreach (var one in claimed)
            _known[(claim.Worker, one.Payout.Id)] = one.Payout;
        return string.Join(
            '\n',
            claimed.OrderBy(one => one.Payout.Id).Select(one => $"found {one.Found}: {Describe(one.Payout)}")
        );
    }

    private Task<string> DriveAsync(int worker, Payout payout) =>
        WriteAsync(
            worker,
            payout.Id,
            (p, mine) =>
                mine && Decision.Next(p, Setting.Policy) is Act.Write { Change: var change }
                    ? change with
                    {
                        BodyHash = change.Intent is null ? null : SHA256.HashData([(byte)change.Intent, (byte)p.Id]),
                    }
                    : null
        );

    private Task<string> AnswerAsync(Command.Answer answer, Payout payout)
    {
        var step = Enum.GetValues<Step>().Where(s => s.UnderWay() == payout.State).Append(answer.Step).First();
        if (payout.Session is not { } session)
            return Task.FromResult("no session");
        var known = _known.GetValueOrDefault((answer.Worker, payout.Id));
        var evidence = new Evidence.Answered(
            step,
            session.N,
            Setting.Answer(answer.Reply, payout, session.N),
            answer.KnowsWhenSent ? known?.Call?.LastSentAt : null
        );
        return WriteAsync(
            answer.Worker,
            payout.Id,
            (p, mine) =>
                Decision.Learn(p, evidence, Setting.Policy, mine) is { } change
                    ? change with
                    {
                        Outcome = change.Outcome! with { BodyHash = step == Step.Create ? [1, 2, 3] : null },
                    }
                    : null
        );
    }

    private Task<string> LookAsync(Command.Look look, Payout payout)
    {
        if (payout.Session is not { BankId: not null } session)
            return Task.FromResult("no session");
        var n = look.Old ? Math.Max(1, session.N - 1) : session.N;
        var view = SessionBody.View(payout, n, look.Shown);
        var evidence = new Evidence.Seen(n, view, TimeSpan.FromMilliseconds(look.AgeMs), "status");
        return WriteAsync(
            look.Worker,
            payout.Id,
            (p, mine) =>
            {
                var change = Decision.Learn(p, evidence, Setting.Policy, mine);
                return p.State.IsFinal() ? change : (change ?? Decision.Untouched(p)) with { Heard = true };
            }
        );
    }

    private Task<string> LookInVainAsync(Command.LookInVain look, Payout payout)
    {
        BankAnswer answer = look.Refused
            ? new BankAnswer.Refused(new BankError("session_not_found", null))
            : new BankAnswer.Unknown("silence");
        return WriteAsync(
            look.Worker,
            payout.Id,
            (p, mine) => Decision.Learn(p, new Evidence.Unheard(answer), Setting.Policy, mine)
        );
    }

    private async Task<string> ReceiveAsync(Command.Webhook webhook, Payout payout)
    {
        var n = Math.Max(1, (payout.Session?.N ?? 1) - (webhook.Old ? 1 : 0));
        var reference = webhook.WithReference ? payout.BankRef : null;
        var body = SessionBody.Of(payout, n, webhook.Shown, reference, webhook.Attempt);
        await side.AddWebhookAsync(new RawWebhook(SHA256.HashData(body), body, "signature", "key"));
        return "received";
    }

    private async Task<string> WatchAsync(Command.WatchReturns watch)
    {
        var timings = Setting.Policy.Timings;
        var taken = (await side.TakeReturnsAsync(100, timings.Lease)).OrderBy(payout => payout.Id).ToArray();
        if (watch.Answered && taken.Length > 0)
            await side.ReturnsAskedAsync([.. taken.Select(payout => payout.Id)], timings.ReturnWatch);
        return string.Join('\n', taken.Select(Describe));
    }

    private async Task<string> ApplyAsync(Command.ApplyInbox apply)
    {
        var order = new InboxOrder(
            apply.Limit,
            Setting.Policy.Timings.OrphanRetry,
            Setting.Policy.Timings.OrphanAlarm,
            (payout, evidence) => Decision.Learn(payout, evidence, Setting.Policy, mine: false),
            TimeSpan.FromSeconds(apply.OverdueS),
            ConfirmAtOnce
        );
        var result = await side.ApplyInboxAsync("w0", order);
        return string.Join(
            '\n',
            result.Moved.Select(Describe).Prepend($"{result.Taken} taken, {result.Orphans} put off")
        );
    }

    // As the inbox job with room in the drive, for every second payout.
    private static Change? ConfirmAtOnce(Payout payout) =>
        payout is { State: PayoutState.Ready }
        && payout.Id % 2 == 0
        && Decision.Next(payout, Setting.Policy) is Act.Write { Change: { Intent: Step.Confirm } change }
            ? change with
            {
                Takes = true,
                BodyHash = [1],
            }
            : null;

    private Task<string> MeddleAsync(Command.Meddle meddle, Payout payout, IReadOnlyList<Payout> all)
    {
        var other = all[^1];
        var change = meddle.Fault switch
        {
            Fault.SecondArmedSession => new Change
            {
                To = payout.State,
                Why = "meddled",
                Session = new BankSession((payout.Session?.N ?? 0) + 1, null, SessionUse.Armed, null, null),
            },
            Fault.SessionOfAnother when payout.Session is { BankId: null } mine && other.Session?.BankId is { } id =>
                new Change { To = payout.State, Session = mine with { BankId = id } },
            Fault.IllegalMove => new Change { To = PayoutState.Returned, Result = new Result(Reason: "meddled") },
            Fault.ProjectStopped => new Change
            {
                To = payout.State,
                DueIn = null,
                StopProject = "meddled",
            },
            _ => new Change
            {
                To = payout.State,
                DueIn = null,
                Why = "meddled: only a note",
            },
        };
        return WriteAsync(meddle.Worker, payout.Id, (_, _) => change);
    }

    private async Task<string> WriteAsync(int worker, long id, Func<Payout, bool, Change?> decide)
    {
        var fence = _known.TryGetValue((worker, id), out var known) ? known.Fence : -1;
        var wasMine = false;
        try
        {
            var written = await side.WriteAsync(Name(worker), id, p => decide(p, wasMine = p.Fence == fence));
            if (wasMine && written is { Change: not null, After: { } after })
                _known[(worker, id)] = after;
            return Describe(written);
        }
        catch (RefusedException)
        {
            return "refused";
        }
    }

    private static string Name(int worker) => $"w{worker}";

    private static Payout At(IReadOnlyList<Payout> all, int index) => all[index % all.Count];

    private static string Describe(Written written) =>
        $"{(written.Change is null ? "nothing" : "changed")}\n  from {Describe(written.Before!)}\n  to   {Describe(written.After!)}";

    // Arrays print as their type.
    private static string Describe(Payout payout) =>
        $"{payout with { Order = payout.Order with { SealedCard = null } }}";
}
