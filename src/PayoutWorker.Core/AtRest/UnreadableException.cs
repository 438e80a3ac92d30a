namespace PayoutWorker.AtRest;

/// <summary>
/// A sealed value cannot be opened: its key is missing, or it was changed. What it said is not known then; nobody may
/// take it for absent.
/// </summary>
internal sealed class UnreadableException(string message, Exception? inner = null) : Exception(message, inner);
