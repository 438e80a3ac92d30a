using PayoutWorker.Payouts;

namespace PayoutWorker.Driving;

/// <summary>
/// What a webhook made ready, from the inbox to the drive of the same process: the confirm is intended in the transaction
/// that made it ready, so that nobody claims it, reads it and writes it once more. What is not handed over is due, and
/// claimed as everything else.
/// </summary>
/// <param name="Room">How many payouts the drive takes now.</param>
/// <param name="Give">To be sent at once, no more of them than there was room.</param>
internal sealed record Handover(Func<Room> Room, Action<IReadOnlyList<Handed>> Give)
{
    public static Handover None { get; } = new(() => new Room(0, []), _ => { });
}

/// <param name="PausedProjects">Nothing is taken of these.</param>
internal sealed record Room(int Slots, IReadOnlyList<string> PausedProjects);

/// <summary>A payout whose confirm is intended and not sent yet.</summary>
/// <param name="Body">Of the confirm.</param>
/// <param name="IntendedAt">Monotonic, taken before the intent was written: the send window counts from there.</param>
internal sealed record Handed(Payout Payout, ReadOnlyMemory<byte> Body, long IntendedAt);
