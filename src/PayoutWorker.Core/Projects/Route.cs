using PayoutWorker.Payouts;

namespace PayoutWorker.Projects;

/// <summary>Which bank project pays a payout; fixed for a payout at its first claim.</summary>
/// <param name="SenderAccount">Null: every account that no other route names, and cards.</param>
internal sealed record Route(Method Method, string? SenderAccount, string Project);
