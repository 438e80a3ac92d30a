using System.Data.Common;
using System.Security.Cryptography;
using Bank131.Client;
using Microsoft.Extensions.Logging;
using PayoutWorker.Cards;
using PayoutWorker.Decisions;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.Driving;

/// <summary>
/// Drives one claimed payout as far as it can go now: decide, commit the intent, call the bank, record the answer.
/// Decides nothing itself; what may be sent is what <see cref="Decision"/> intended and the store committed under the
/// fence of this claim.
/// </summary>
internal sealed class Driver(
    IPayoutStore store,
    IBank bank,
    CardSeal? cards,
    Func<Policy> policy,
    TimeProvider time,
    Counters counters,
    ILogger<Driver> logger
)
{
    // A payout passes create, start, ask, confirm, ask in one drive at the most; more is a loop.
    private const int MaxSteps = 12;

    /// <param name="claimedAt">Monotonic, taken before the claim: the send window of a create counts from there.</param>
    /// <param name="stopping">Ends the drive between two steps, never within one.</param>
    /// <returns>The payout as the drive left it.</returns>
    public async Task<Payout> DriveAsync(Claimed claimed, long claimedAt, CancellationToken stopping)
    {
        var drive = new Leg(this, claimed.Payout, stopping);
        if (claimed.CreateIntended)
        {
            // The claim intends create before the row was looked at closely; nothing has left yet.
            if (Decision.BeforeMoney(claimed.Payout, policy()) is not null)
                await drive.WriteAsync(payout => Decision.BeforeMoney(payout, policy()), facts: false);
            else
                drive.Pending(Step.Create, Bodies.Of(Step.Create, claimed.Payout, null), claimedAt);
        }
        return await drive.RunAsync();
    }

    /// <summary>Sends a confirm that is intended already, and goes on from there.</summary>
    public Task<Payout> DriveAsync(Handed handed, CancellationToken stopping)
    {
        var drive = new Leg(this, handed.Payout, stopping);
        drive.Pending(Step.Confirm, handed.Body, handed.IntendedAt);
        return drive.RunAsync();
    }

    /// <summary>One drive of one payout: where it stands, and what is committed but not sent yet.</summary>
    private sealed class Leg(Driver driver, Payout payout, CancellationToken stopping)
    {
        private long _fence = payout.Fence;
        private Step? _pending;
        private ReadOnlyMemory<byte> _body;
        private long _intendedAt;
        private string? _cardNumber;
        private bool _hasTurn;

        public Payout Payout { get; private set; } = payout;
        private bool GoesOn { get; set; } = true;

        public void Pending(Step step, ReadOnlyMemory<byte> body, long intendedAt) =>
            (_pending, _body, _intendedAt) = (step, body, intendedAt);

        public async Task<Payout> RunAsync()
        {
            for (var step = 0; step < MaxSteps && GoesOn; step++)
                await StepAsync();
            return Payout;
        }

        private Task StepAsync()
        {
            // What is committed is sent even while stopping: it would be asked about for minutes otherwise.
            if (_pending is { } step)
                return SendAsync(step);
            if (stopping.IsCancellationRequested)
            {
                GoesOn = false;
                return Task.CompletedTask;
            }
            return Decision.Next(Payout, driver.Policy) switch
            {
                Act.Ask ask => AskAsync(ask.SessionId),
                Act.Write { Change.Intent: { } intent } => IntendAsync(intent),
                _ => WriteAsync(p => (Decision.Next(p, driver.Policy) as Act.Write)?.Change, facts: false),
            };
        }

        private async Task SendAsync(Step step)
        {
            var (sent, body, n) = (Payout, _body, Payout.Session!.N);
            _pending = null;
            // The turn comes first: what waited for it too long is not sent any more.
            var inTime = WindowLeft >= TimeSpan.Zero && await TakeTurnAsync(WindowLeft) && WindowLeft >= TimeSpan.Zero;
            _hasTurn = false;
            var answer = inTime
                ? await driver.Bank.SendAsync(
                    sent.Project!,
                    step.Path(sent.Order.Method),
                    body,
                    sent.IdempotencyKey(step)
                )
                : new BankAnswer.NotSent("the send window had passed");
            driver.Note(sent.Id, step.Text(), answer);
            var hash = step == Step.Create ? SHA256.HashData(body.Span) : null;
            var evidence = new Evidence.Answered(step, n, answer, sent.Call?.LastSentAt);
            await WriteAsync(
                p =>
                    Decision.Learn(p, evidence, driver.Policy, Mine(p)) is { } change
                        ? change with
                        {
                            Outcome = change.Outcome! with { BodyHash = hash },
                        }
                        : null,
                facts: true
            );
        }

        private TimeSpan WindowLeft => driver.Policy.Timings.SendWindow - driver.Time.GetElapsedTime(_intendedAt);

        private async ValueTask<bool> TakeTurnAsync(TimeSpan within) =>
            _hasTurn = _hasTurn || await driver.Bank.TurnAsync(Payout.Project!, within);

        private async Task AskAsync(string sessionId)
        {
            var asked = driver.Time.GetTimestamp();
            var n = Payout.Session!.N;
            var answer = await driver.Bank.AskAsync(Payout.Project!, sessionId, stopping);
            driver.Note(Payout.Id, "status", answer);
            var shown = (answer as BankAnswer.Accepted)?.Session;
            var heard = shown?.Id == sessionId ? shown : null;
            await WriteAsync(Learned, facts: true);

            Change? Learned(Payout p)
            {
                if (heard is null)
                    return Decision.Learn(p, new Evidence.Unheard(answer), driver.Policy, Mine(p));
                var evidence = new Evidence.Seen(n, heard, driver.Time.GetElapsedTime(asked), "status");
                var change = Decision.Learn(p, evidence, driver.Policy, Mine(p));
                return p.State.IsFinal() ? change : (change ?? Decision.Untouched(p)) with { Heard = true };
            }
        }

        private async Task IntendAsync(Step intent)
        {
            if (intent == Step.Init && Payout.Order.Method == Method.Card && Unseal() is { } problem)
            {
                var rejected = Decision.Reject(Payout, problem);
                await WriteAsync(p => p.State == PayoutState.New ? rejected : null, facts: false);
                return;
            }
            // An intent of init that waits for its turn would be an unknown outcome after a crash.
            if (intent == Step.Init && !await TakeTurnAsync(driver.Policy.Timings.SendWindow))
            {
                var pause = driver.Policy.Timings.RetryPause;
                await WriteAsync(p => Decision.Untouched(p) with { DueIn = pause }, facts: false);
                return;
            }
            // Decided anew under the lock: a cancel, a hold or a stop may have come since.
            await WriteAsync(p => (Decision.Next(p, driver.Policy) as Act.Write)?.Change, facts: false);
        }

        /// <param name="facts">A fact is kept whoever holds the payout now; everything else only under our fence.</param>
        public async Task WriteAsync(Func<Payout, Change?> decide, bool facts)
        {
            var (began, goesOn, body) = (driver.Time.GetTimestamp(), false, default(ReadOnlyMemory<byte>));
            Change? Decide(Payout p)
            {
                (goesOn, body) = (false, default);
                // While stopping nothing new is intended: what is not sent now would have to be asked about.
                // After a restore the number may be another order's.
                if (p.BankRef != Payout.BankRef || !facts && !Mine(p) || decide(p) is not { } change)
                    return null;
                if (!Mine(p))
                    return change;
                if (change.Intent is { } step)
                {
                    body = Bodies.Of(step, p.After(change), _cardNumber);
                    goesOn = true;
                    return change with { BodyHash = driver.Hash(step, p.Order.Method, body.Span) };
                }
                goesOn = change.DueIn == TimeSpan.Zero && !change.To.IsFinal();
                return goesOn ? change with { DueIn = driver.Policy.Timings.Lease } : change;
            }
            var written = facts
                ? await driver.KeepAsync(Payout.Id, Decide)
                : await driver.Store.WriteAsync(Payout.Id, Decide);
            driver.Note(written);
            GoesOn = goesOn && written is { Change: not null, After: not null };
            if (written.After is not { } after)
                return;
            Payout = after;
            if (!GoesOn)
                return;
            _fence = after.Fence;
            if (written.Change!.Intent is { } intent)
                Pending(intent, body, began);
        }

        private bool Mine(Payout p) => p.Fence == _fence && !stopping.IsCancellationRequested;

        private string? Unseal()
        {
            if (driver.Cards is null)
                return "sealed_card: this installation has no key to open card numbers";
            (_cardNumber, var problem) = driver.Cards.Unseal(
                Payout.Order.SealedCard ?? [],
                Payout.Order.ErpKey,
                Payout.Order.Recipient.CardLast4
            );
            return problem;
        }
    }

    private IPayoutStore Store => store;
    private IBank Bank => bank;
    private CardSeal? Cards => cards;
    private Policy Policy => policy();
    private TimeProvider Time => time;

    private void Note(long payoutId, string step, BankAnswer answer)
    {
        counters.Called(step, answer.GetType().Name, answer.Duration);
        logger.Called(payoutId, step, answer.GetType().Name, answer.Duration.TotalMilliseconds);
    }

    private void Note(Written written)
    {
        counters.Written(written);
        logger.Written(written);
    }

    private byte[] Hash(Step step, Method method, ReadOnlySpan<byte> body) =>
        step == Step.Init && method == Method.Card ? cards!.Hash(body) : SHA256.HashData(body);

    /// <summary>
    /// Writes a fact, again and again while the database cannot take it: the answer to an init may be the only place
    /// where its session's id ever stands. Given up after the time in which the row is found by others.
    /// </summary>
    private async Task<Written> KeepAsync(long payoutId, Func<Payout, Change?> decide)
    {
        var began = time.GetTimestamp();
        for (var pause = TimeSpan.FromMilliseconds(100); ; pause = pause < TimeSpan.FromSeconds(5) ? pause * 2 : pause)
        {
            try
            {
                return await store.WriteAsync(payoutId, decide);
            }
            catch (Exception e)
                when (IsDatabaseTrouble(e) && time.GetElapsedTime(began) < policy().Timings.Quarantine * 3)
            {
                logger.FactNotWritten(e, payoutId);
                await Task.Delay(pause, time);
            }
        }
    }

    // What the server refuses for what it says, or a decision trips over, it would refuse for ever.
    private static bool IsDatabaseTrouble(Exception e) =>
        e is DbException { SqlState: not (['2', '2' or '3', ..] or ['P', 'W', ..]) }
        || e is IOException or TimeoutException or ObjectDisposedException;
}
