namespace Bank131.Simulator;

/// <summary>Moves the bank on with the clock and hands its webhooks to the courier.</summary>
internal sealed class BankPump(BankGate gate, WebhookCourier courier, TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var (mail, next) = gate.Do((bank, now) => (bank.Advance(now), bank.NextDue));
            foreach (var delivery in mail)
                await courier.SendSoonAsync(delivery, cancellationToken);
            if (mail.Count == 0)
                await gate.WaitAsync(Pause(next), cancellationToken);
        }
    }

    private TimeSpan Pause(DateTimeOffset? next)
    {
        if (next is null)
            return Longest;
        var pause = next.Value - time.GetUtcNow();
        // A wait is cut to whole milliseconds: rounded up, or the last one would be spent spinning.
        return pause <= TimeSpan.Zero ? TimeSpan.Zero
            : pause >= Longest ? Longest
            : TimeSpan.FromMilliseconds(Math.Ceiling(pause.TotalMilliseconds));
    }
}
