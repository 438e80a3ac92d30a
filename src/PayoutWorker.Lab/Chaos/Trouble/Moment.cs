using Bank131.Simulator;

namespace PayoutWorker.Lab.Chaos.Trouble;

/// <summary>Waits for the bank to do something, and acts while the bank still waits with its answer.</summary>
internal sealed class Moment(BankSimulator bank, TimeProvider time)
{
    private static readonly BankEventKind[] Kinds =
    [
        BankEventKind.Created,
        BankEventKind.Started,
        BankEventKind.Inited,
        BankEventKind.Confirmed,
        BankEventKind.StatusAsked,
        BankEventKind.WebhookSending,
        BankEventKind.WebhookAnswered,
        BankEventKind.Settled,
    ];

    // Between two bursts nothing happens at the bank.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(4);

    /// <returns>What was waited for, or that it did not come and the act was done without it.</returns>
    public async Task<string> ActAtAsync(Action act, Random random, CancellationToken cancellationToken)
    {
        var kind = Kinds[random.Next(Kinds.Length)];
        var skip = random.Next(1, 12);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var acted = 0;
        void Act()
        {
            if (Interlocked.Exchange(ref acted, 1) != 0)
                return;
            act();
            done.SetResult();
        }
        void Look(BankEvent happened)
        {
            if (happened.Kind == kind && Interlocked.Decrement(ref skip) == 0)
                Act();
        }
        bank.Events.Happened += Look;
        try
        {
            await done.Task.WaitAsync(Longest, time, cancellationToken);
            return $"at {kind}";
        }
        catch (TimeoutException)
        {
            Act();
            await done.Task;
            return $"at no {kind}";
        }
        finally
        {
            bank.Events.Happened -= Look;
        }
    }
}
