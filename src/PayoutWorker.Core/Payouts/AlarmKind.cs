namespace PayoutWorker.Payouts;

/// <summary>The kinds of <c>payouts.alarm</c>; docs/alarms.md says what to do for each.</summary>
internal static class AlarmKind
{
    public const string Held = "payout_held";
    public const string LateSuccess = "late_success";
    public const string PaidUnconfirmed = "paid_unconfirmed";
    public const string PartlyReturned = "partly_returned";
    public const string DoubledPayout = "doubled_payout";
    public const string ForeignSession = "foreign_session";
    public const string ProjectPaused = "project_paused";
    public const string ShortOfMoney = "short_of_money";
    public const string DatabaseGap = "database_gap";
    public const string HangfireStorage = "hangfire_storage";
    public const string NoProject = "no_project";
    public const string ImpossibleMove = "impossible_move";
    public const string WebhookNotApplied = "webhook_not_applied";
    public const string Orphan = "webhook_orphan";
    public const string BadSignature = "webhook_bad_signature";
    public const string ManySessions = "many_sessions";
    public const string ErrorStatus = "session_error_status";
    public const string ConfirmDeadline = "confirm_deadline";
    public const string BooksDiffer = "books_differ";
    public const string StatementMissing = "statement_missing";
    public const string KeyMissing = "key_missing";
    public const string ApprovalVoid = "approval_void";
    public const string MoneyLimit = "money_limit";
    public const string KeysNotRead = "keys_not_read";
    public const string KeysEnd = "keys_end";

    public static IReadOnlyList<string> All { get; } =
    [
        .. typeof(AlarmKind)
            .GetFields()
            .Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!),
    ];
}
