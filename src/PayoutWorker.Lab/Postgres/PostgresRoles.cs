namespace PayoutWorker.Lab.Postgres;

/// <summary>The roles that the product's grants name.</summary>
internal static class PostgresRoles
{
    /// <summary>Owns the databases and the schema.</summary>
    public const string Migrator = "payouts_migrator";

    public const string Worker = "payouts_worker";

    public const string Erp = "payouts_erp";

    public static readonly IReadOnlyList<string> All = [Migrator, Worker, Erp];
}
