namespace PayoutWorker.Host.Ops.Rows;

/// <summary>Somebody was shown names and numbers.</summary>
public sealed class ViewRow
{
    public DateTime At { get; init; }
    public string Who { get; init; } = "";
    public long PayoutId { get; init; }
    public string ErpKey { get; init; } = "";
    public string What { get; init; } = "";
    public string? Address { get; init; }
}
