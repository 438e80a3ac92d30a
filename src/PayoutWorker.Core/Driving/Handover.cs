using PayoutWorker.Payouts;

namespace PayoutWorker.Driving;

/// <summary>
/// What a webhook made ready, from the inbox to the drive of the same process: the write that made it ready has leased it
/// too, so nobody claims it and reads it once more. What is not handed over is due, and claimed as everything else.
/// </summary>
/// <param name="Room">How many payouts the drive takes now.</param>
/// <param name="Give">To be driven at once, no more of them than there was room.</param>
internal sealed record Handover(Func<Room> Room, Action<IReadOnlyList<Payout>> Give)
{
    public static Handover None { get; } = new(() => new Room(0, []), _ => { });
}

/// <param name="PausedProjects">Nothing is taken of these.</param>
internal sealed record Room(int Slots, IReadOnlyList<string> PausedProjects);
