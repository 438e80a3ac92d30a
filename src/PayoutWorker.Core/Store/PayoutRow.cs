using PayoutWorker.AtRest;
using PayoutWorker.Payouts;

namespace PayoutWorker.Store;

/// <summary>A line of read_payouts.sql.</summary>
internal sealed class PayoutRow
{
    public long Id { get; init; }
    public string ErpKey { get; init; } = "";
    public string Method { get; init; } = "";
    public string Flow { get; init; } = "";
    public long Amount { get; init; }
    public string Currency { get; init; } = "";
    public string? SenderAccount { get; init; }
    public string? RecipientName { get; init; }
    public string? RecipientAccount { get; init; }
    public string? RecipientBik { get; init; }
    public string? RecipientInn { get; init; }
    public string? RecipientKpp { get; init; }
    public string? Purpose { get; init; }
    public bool IsFast { get; init; }
    public byte[]? SealedCard { get; init; }
    public string? CardLast4 { get; init; }
    public string? Metadata { get; init; }
    public string? Reason { get; init; }
    public long ReturnedAmount { get; init; }
    public string State { get; init; } = "";
    public DateTimeOffset StateSince { get; init; }
    public long Fence { get; init; }
    public bool Cancel { get; init; }
    public bool Hold { get; init; }
    public string? HeldFrom { get; init; }
    public string? HeldKind { get; init; }
    public string? Project { get; init; }
    public int Claims { get; init; }
    public int Polls { get; init; }
    public string BankRef { get; init; } = "";
    public bool Stopped { get; init; }
    public bool AwaitsApproval { get; init; }
    public bool ApprovalVoid { get; init; }
    public bool Limited { get; init; }
    public DateTimeOffset? HeardAt { get; init; }
    public DateTimeOffset? GapOpenedAt { get; init; }
    public bool AfterGap { get; init; }
    public bool BeforeGap { get; init; }
    public bool SoonAfterGap { get; init; }
    public bool StateBeforeGap { get; init; }
    public bool SessionBeforeGap { get; init; }
    public bool HeardAfterGap { get; init; }
    public bool PaidElsewhere { get; init; }
    public int? SessionN { get; init; }
    public string? SessionId { get; init; }
    public string? SessionState { get; init; }
    public string? ConfirmInformation { get; init; }
    public string? Echo { get; init; }
    public string? CallStep { get; init; }
    public int? Sends { get; init; }
    public DateTimeOffset? LastSentAt { get; init; }
    public string? RefusedCode { get; init; }
    public string? RefusedText { get; init; }
    public bool ConfirmIntended { get; init; }
    public DateTimeOffset Now { get; init; }

    /// <summary>What of it is sealed.</summary>
    public IEnumerable<byte[]?> Sealed => [SealedConfirm, SealedEcho];

    private byte[]? SealedConfirm => field ??= SealedForm.FromText(ConfirmInformation);
    private byte[]? SealedEcho => field ??= SealedForm.FromText(Echo);

    public Payout ToPayout(BodyVault vault) =>
        new()
        {
            Id = Id,
            Order = new Order(
                ErpKey,
                DbText.ParseMethod(Method),
                DbText.ParseFlow(Flow),
                new Money(Amount, Currency),
                SenderAccount,
                new Recipient(RecipientName, RecipientAccount, RecipientBik, RecipientInn, RecipientKpp, CardLast4),
                Purpose,
                IsFast,
                SealedCard,
                Metadata
            ),
            State = PayoutStates.Parse(State),
            StateSince = StateSince,
            Fence = Fence,
            CancelAsked = Cancel,
            HoldAsked = Hold,
            HeldFrom = HeldFrom is null ? null : PayoutStates.Parse(HeldFrom),
            HeldKind = HeldKind is null ? null : DbText.ParseHoldKind(HeldKind),
            Reason = Reason,
            Project = Project,
            BankRef = BankRef,
            Session = SessionN is { } n ? ToSession(n, vault) : null,
            Call = CallStep is { } step
                ? new BankCall(DbText.ParseStep(step), Sends!.Value, LastSentAt!.Value, RefusedCode, RefusedText)
                : null,
            ConfirmIntended = ConfirmIntended,
            Claims = Claims,
            Polls = Polls,
            Stopped = Stopped,
            AwaitsApproval = AwaitsApproval,
            ApprovalVoid = ApprovalVoid,
            Limited = Limited,
            HeardAt = HeardAt,
            GapOpenedAt = GapOpenedAt,
            AfterGap = AfterGap,
            BeforeGap = BeforeGap,
            SoonAfterGap = SoonAfterGap,
            StateBeforeGap = StateBeforeGap,
            SessionBeforeGap = SessionBeforeGap,
            HeardAfterGap = HeardAfterGap,
            PaidElsewhere = PaidElsewhere,
            ReturnedAmount = ReturnedAmount,
            Now = Now,
        };

    // Never as if there were nothing: what cannot be read now may be what was pinned.
    private BankSession ToSession(int n, BodyVault vault)
    {
        var session = new BankSession(n, SessionId, DbText.ParseUse(SessionState!), null, null);
        try
        {
            return session with
            {
                ConfirmInformation = vault.OpenText(SealedConfirm, Identity.Confirm(Id, n)) ?? ConfirmInformation,
                Echo = vault.OpenText(SealedEcho, Identity.Echo(Id, n)) ?? Echo,
            };
        }
        catch (UnreadableException e)
        {
            return session with { Unreadable = e.Message };
        }
    }
}
