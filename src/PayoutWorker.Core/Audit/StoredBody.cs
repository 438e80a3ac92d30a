namespace PayoutWorker.Audit;

/// <summary>The one place where a webhook's body is read back from its row to be shown or exported.</summary>
internal static class StoredBody
{
    /// <returns>The bytes as the bank sent them; null when they were erased.</returns>
    public static byte[]? Open(byte[] stored) => stored.Length == 0 ? null : stored;
}
