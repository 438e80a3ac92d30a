using Bank131.Signing;

namespace Bank131.Client;

/// <summary>A project at the bank: who we say we are, and the key we sign with.</summary>
/// <param name="Name">Our name for it; a payout keeps it.</param>
/// <param name="PartnerProject">The id issued by the bank (<c>X-PARTNER-PROJECT</c>).</param>
/// <param name="SubMerchant">Only for non-resident financial institutions (<c>X-PARTNER-SUBMERCHANT</c>).</param>
public sealed record BankProject(string Name, string PartnerProject, ISigner Key, string? SubMerchant = null);
