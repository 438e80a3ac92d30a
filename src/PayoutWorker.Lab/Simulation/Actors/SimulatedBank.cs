using Bank131.Client;
using Bank131.Messages;
using PayoutWorker.Driving;
using PayoutWorker.Lab.Simulation.Faults;
using PayoutWorker.Payouts;

namespace PayoutWorker.Lab.Simulation.Actors;

/// <summary>
/// The line from one worker to the bank: what <c>BankGateway</c> and <c>BankClient</c> are in production.
/// </summary>
internal sealed class SimulatedBank(SimulatedWorker worker, WorkerPool pool) : IBank
{
    private readonly Dictionary<string, long> _pausedUntil = [];

    public IReadOnlyList<string> PausedProjects =>
        _pausedUntil.Count == 0
            ? []
            : [.. _pausedUntil.Where(paused => paused.Value > pool.World.Ticks).Select(paused => paused.Key)];

    public int Trickle => int.MaxValue;

    public async Task<BankAnswer> SendAsync(
        string project,
        string path,
        ReadOnlyMemory<byte> body,
        string idempotencyKey
    )
    {
        var row = pool.Model.ByKey(idempotencyKey);
        pool.Judge.Sending(worker.Name, row, path, body, idempotencyKey);
        // A cancel is rare, and its outcome as open as that of any other call.
        var times = row?.State == PayoutState.Cancelling ? 8 : 1.5;
        var fault = pool.Dice.Roll(new(Boundary.Send, row?.State ?? PayoutState.New, worker.Name, row?.Id), times);
        if (fault is FaultKind.VeryLateArrival or FaultKind.FreezeBeforeSend && row is not null)
        {
            pool.Judge.ArrivesTooLate(row);
            // A bank that looks at no key and adds a payout for every start is safe by the quarantine alone.
            if (path == BankPath.StartRko && pool.Plan.IsKeyless)
                fault = FaultKind.LateArrival;
        }
        // An id that is not the session's: nobody here can know the right one.
        if (fault == FaultKind.WrongSession && row is { State: PayoutState.Creating or PayoutState.Initiating })
            pool.Judge.Excuse(row);
        return await PostAsync(project, path, body, idempotencyKey, fault);
    }

    public async Task<BankAnswer> AskAsync(string project, string sessionId, CancellationToken cancellationToken)
    {
        var body = BankJson.Bytes(new AskSession(sessionId));
        var row = pool.Model.BySession(sessionId);
        var fault = pool.Dice.Roll(new(Boundary.Ask, row?.State ?? PayoutState.New, worker.Name, row?.Id), times: 0.7);
        return await PostAsync(project, BankPath.Status, body, null, fault);
    }

    private async Task<BankAnswer> PostAsync(
        string project,
        string path,
        ReadOnlyMemory<byte> body,
        string? key,
        FaultKind? fault
    )
    {
        switch (fault)
        {
            case FaultKind.NotSent:
                await worker.DelayAsync(pool.World.Milliseconds(1, 3000));
                return new BankAnswer.NotSent("connection refused");
            case FaultKind.CrashBeforeSend:
                await worker.CrashAsync();
                break;
            case FaultKind.FreezeBeforeSend:
                await worker.FreezeAsync();
                break;
        }
        var began = pool.World.Ticks;
        var answered = new TaskCompletionSource<BankAnswer>();
        pool.Bank.Take(project, path, body, key, fault, answer => answered.TrySetResult(answer));
        pool.World.At(
            pool.Policy.Timings.HttpTimeout,
            () => answered.TrySetResult(new BankAnswer.Unknown("no answer in time"))
        );
        if (fault == FaultKind.CrashAfterSend)
            await worker.CrashAsync();
        var answer = await answered.Task;
        if (answer is BankAnswer.Unknown { RetryAfter: { } pause })
            _pausedUntil[project] = pool.World.Ticks + pause.Ticks;
        if (pool.World.Tracing)
            pool.World.Note($"{worker.Name} {path} {key} answered {Text(answer)}");
        return answer with { Duration = TimeSpan.FromTicks(pool.World.Ticks - began) };
    }

    private static string Text(BankAnswer answer) =>
        answer switch
        {
            BankAnswer.Accepted { Session: var s } =>
                $"{s.Id} {s.StatusText} [{string.Join(", ", s.Payouts.Select(p => p.StatusText))}]"
                    + (s.AwaitsConfirm ? " confirm?" : ""),
            BankAnswer.Refused refused => $"refused {refused.Error.Code}",
            BankAnswer.NotSent notSent => $"not sent: {notSent.Reason}",
            BankAnswer.Unknown unknown => $"unknown: {unknown.Reason}",
            _ => "?",
        };
}
