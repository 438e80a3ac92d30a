namespace PayoutWorker.Driving;

/// <summary>How one run of the drive job behaves.</summary>
/// <param name="Overdue">
/// Takes only what has been due for this long: the net under another scheduler. Such a run hears no bell.
/// </param>
/// <param name="Linger">
/// Waits this long for the bell before it ends: a scheduler whose jobs are dear runs fewer of them. Zero ends at once.
/// </param>
/// <param name="Most">
/// Takes this many payouts at most, hears no bell and ends; when it had its fill it rings for the next run.
/// </param>
/// <param name="QuestionsOnly">Takes only what is asked about: nothing of it can lead to money.</param>
internal sealed record DriveRun(
    TimeSpan Overdue = default,
    TimeSpan Linger = default,
    int? Most = null,
    bool QuestionsOnly = false
)
{
    public bool IsNet => Overdue > TimeSpan.Zero;

    /// <summary>It stays while there is news. What takes only a part of it must leave the bell to others.</summary>
    public bool HearsBell => !IsNet && Most is null && !QuestionsOnly;
}
