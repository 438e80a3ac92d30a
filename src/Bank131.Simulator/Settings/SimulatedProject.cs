namespace Bank131.Simulator;

/// <summary>A partner's project at the bank.</summary>
/// <param name="PartnerProject">What comes as <c>X-PARTNER-PROJECT</c>.</param>
/// <param name="PartnerPublicKeyPem">Verifies the partner's requests; null only with signature checks off.</param>
/// <param name="AutoConfirm">The bank confirms by itself: start and init are the acts that pay.</param>
/// <param name="WebhookUrl">Null: this partner gets no webhooks and must ask.</param>
internal sealed record SimulatedProject(
    string PartnerProject,
    string? PartnerPublicKeyPem = null,
    bool AutoConfirm = false,
    Uri? WebhookUrl = null
)
{
    /// <summary>
    /// The partner's next public key, good beside the first; after <see cref="BankSimulator.UseNextPartnerKeys"/> alone.
    /// </summary>
    public string? NextPartnerPublicKeyPem { get; init; }

    /// <summary>The partner's account that its card payouts are debited from; null: no statement shows them.</summary>
    public string? CardsAccount { get; init; }

    /// <summary>The partner's own name, INN and KPP, as the bank shows them in confirm_information.</summary>
    public string SenderName { get; init; } = "ABC LLC";
    public string SenderInn { get; init; } = "3316004790";
    public string SenderKpp { get; init; } = "156667101";
}
