using System.Collections.Concurrent;
using Bank131.Simulator;

namespace PayoutWorker.Lab.Chaos.Judging;

/// <summary>A call that the bank carried out.</summary>
internal sealed record BankAct(BankEventKind Kind, string? SessionId, string? Payee, DateTimeOffset At);

/// <summary>What the bank did, remembered for the verdict: nothing in here comes from our tables.</summary>
internal sealed class BankWitness
{
    private readonly ConcurrentQueue<BankAct> _acts = [];
    private readonly ConcurrentDictionary<string, bool> _failed = [];
    private readonly ConcurrentDictionary<string, bool> _told = [];

    public BankWitness(EventLog events) => events.Happened += See;

    /// <summary>Creates, starts, inits, confirms and cancels.</summary>
    public IReadOnlyCollection<BankAct> Acts => _acts;

    /// <summary>A payout to this payee failed at the bank at some time.</summary>
    public bool HasFailed(string payee) => _failed.ContainsKey(payee);

    /// <summary>A webhook about a payout to this payee was acknowledged: from then on it must be known.</summary>
    public bool HasTold(string payee) => _told.ContainsKey(payee);

    private void See(BankEvent happened)
    {
        switch (happened.Kind)
        {
            case BankEventKind.Created:
            case BankEventKind.Started:
            case BankEventKind.Inited:
            case BankEventKind.Confirmed:
            case BankEventKind.Cancelled:
                _acts.Enqueue(new BankAct(happened.Kind, happened.SessionId, happened.Payee, happened.At));
                break;
            case BankEventKind.Failed when happened.Payee is { } payee:
                _failed[payee] = true;
                break;
            case BankEventKind.WebhookAnswered
                when happened
                    is {
                        Payee: { } payee,
                        HttpStatus: >= 200 and < 300,
                        WebhookType: "ready_to_confirm" or "payment_finished"
                    }:
                _told[payee] = true;
                break;
        }
    }
}
