namespace PayoutWorker.Lab.Postgres;

/// <summary>The roles that the product's grants name.</summary>
internal static class PostgresRoles
{
    /// <summary>Owns the databases and the schema.</summary>
    public const string Migrator = "payouts_migrator";

    public const string Worker = "payouts_worker";

    public const string Erp = "payouts_erp";

    /// <summary>The operators' pages; it names the person who acts.</summary>
    public const string Ops = "payouts_ops";

    /// <summary>Reads, and nothing else.</summary>
    public const string Auditor = "payouts_auditor";

    /// <summary>The webhook endpoint alone: it adds to the inbox and reads nothing.</summary>
    public const string Webhook = "payouts_webhook";

    public static readonly IReadOnlyList<string> All = [Migrator, Worker, Erp, Ops, Auditor, Webhook];
}
