using PayoutWorker.Lab.Processes;

namespace PayoutWorker.Bench.Peers;

/// <summary>A program that pays what was ordered: the product, or one that it is measured against.</summary>
internal abstract class Peer
{
    /// <summary>The name for <c>--peer</c> and in the tables.</summary>
    public abstract string Name { get; }

    /// <summary>Why it cannot run on this machine; null where it can.</summary>
    public virtual string? Missing => null;

    /// <summary>Makes the schema, in a database that is the template of all its rounds.</summary>
    public abstract Task InstallAsync(InstallGround ground, CancellationToken cancellationToken);

    /// <summary>Starts one process and returns when it can work.</summary>
    public abstract Task<ChildProcess> StartAsync(Ground ground, int n, CancellationToken cancellationToken);

    /// <summary>Orders payouts in one transaction, as its users would.</summary>
    /// <param name="first">The number of the first; each number is another payee.</param>
    public abstract Task InsertAsync(Ground ground, int first, int count, CancellationToken cancellationToken);

    /// <summary>How many are not paid yet; each is either open or paid, unless something went wrong.</summary>
    public abstract Task<long> OpenAsync(Ground ground, CancellationToken cancellationToken);

    /// <summary>How many are paid.</summary>
    public abstract Task<long> PaidAsync(Ground ground, CancellationToken cancellationToken);

    /// <summary>Asks how many jobs of Hangfire there ever were; null where it runs none.</summary>
    public string? JobsSql { get; init; }

    /// <summary>Bytes that its first process has allocated so far; null where it does not tell.</summary>
    public virtual Task<double?> AllocatedAsync(CancellationToken cancellationToken) => Task.FromResult<double?>(null);

    /// <summary>Drives a number of jobs that do nothing, and prints a line of JSON with <c>rate</c>; null where it cannot.</summary>
    public IReadOnlyList<string>? Noop { get; init; }
}

/// <param name="Server">With a database of that name, empty.</param>
internal sealed record InstallGround(Lab.Postgres.PostgresServer Server, string Database);
