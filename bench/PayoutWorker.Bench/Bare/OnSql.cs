using PayoutWorker.Bench.Peers;

namespace PayoutWorker.Bench.Bare;

/// <summary>The statements of the two loops of our own.</summary>
internal static class OnSql
{
    public static string Claim { get; } = OnPeerTables.Resource("peer_claim.sql");
    public static string Move { get; } = OnPeerTables.Resource("peer_move.sql");
    public static string Keep { get; } = OnPeerTables.Resource("peer_keep.sql");
}
