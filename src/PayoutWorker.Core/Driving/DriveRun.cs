namespace PayoutWorker.Driving;

/// <summary>How one run of the drive job behaves.</summary>
/// <param name="Overdue">
/// Takes only what has been due for this long: the net under another scheduler. Such a run hears no bell.
/// </param>
/// <param name="Linger">
/// Waits this long for the bell before it ends: a scheduler whose jobs are dear runs fewer of them. Zero ends at once.
/// </param>
internal sealed record DriveRun(TimeSpan Overdue = default, TimeSpan Linger = default)
{
    public bool IsNet => Overdue > TimeSpan.Zero;
}
