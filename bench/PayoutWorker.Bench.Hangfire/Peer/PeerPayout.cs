namespace PayoutWorker.Bench.HangfirePeer;

/// <summary>A row of peer.payout.</summary>
internal sealed class PeerPayout
{
    public long Id { get; init; }
    public required string ErpKey { get; init; }
    public long Amount { get; init; }
    public required string SenderAccount { get; init; }
    public required string RecipientName { get; init; }
    public required string RecipientAccount { get; init; }
    public required string RecipientBik { get; init; }
    public required string Purpose { get; init; }
    public required string State { get; init; }
    public string? SessionId { get; init; }
    public string? ConfirmInformation { get; init; }
}
