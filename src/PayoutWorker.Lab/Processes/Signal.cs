namespace PayoutWorker.Lab.Processes;

/// <summary>The signals that Lab sends. The numbers differ between systems, see <see cref="UnixProcess"/>.</summary>
internal enum Signal
{
    Hup,
    Int,
    Quit,
    Kill,
    Term,
    Cont,
    Stop,
}
