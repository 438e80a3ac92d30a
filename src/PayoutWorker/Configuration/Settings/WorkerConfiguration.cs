using PayoutWorker.Decisions;

namespace PayoutWorker.Host.Configuration.Settings;

/// <summary>Everything that can be configured. docs/configuration.md lists it, and a test compares.</summary>
internal sealed class WorkerConfiguration
{
    /// <summary>The file of <c>--config</c>, which is looked at again for keys; null where there is none.</summary>
    public string? SourceFile { get; set; }

    public DatabaseSettings Database { get; } = new();
    public BankSettings Bank { get; } = new();
    public CardsSettings Cards { get; } = new();
    public AtRestSettings AtRest { get; } = new();
    public KeysSettings Keys { get; } = new();

    /// <summary>As configured; <see cref="Scaled"/> is what the worker uses.</summary>
    public Timings Timings { get; } = new();

    public TimingFactor TimingFactor { get; } = new();
    public WorkerSettings Worker { get; } = new();
    public GuardSettings Guard { get; } = new();
    public RequisitesSettings Requisites { get; } = new();
    public PolicySettings Policy { get; } = new();
    public ReconciliationSettings Reconciliation { get; } = new();
    public RetentionSettings Retention { get; } = new();
    public BreakerSettings Breaker { get; } = new();
    public HttpSettings Http { get; } = new();
    public AdminSettings Admin { get; } = new();
    public OpsSettings Ops { get; } = new();
    public HealthSettings Health { get; } = new();
    public TelemetrySettings Telemetry { get; } = new();
    public LogSettings Log { get; } = new();

    public Timings Scaled => TimingFactor.Scale == 1 ? Timings : Timings.Scale(TimingFactor.Scale);

    /// <summary>Section name and the objects that are filled from it.</summary>
    public IEnumerable<(string Name, object[] Targets)> Sections =>
        [
            ("Database", [Database]),
            ("Bank", [Bank]),
            ("Cards", [Cards]),
            ("AtRest", [AtRest]),
            ("Keys", [Keys]),
            ("Timings", [Timings, TimingFactor]),
            ("Worker", [Worker]),
            ("Guard", [Guard]),
            ("Requisites", [Requisites]),
            ("Policy", [Policy]),
            ("Reconciliation", [Reconciliation]),
            ("Retention", [Retention]),
            ("Breaker", [Breaker]),
            ("Http", [Http]),
            ("Admin", [Admin]),
            ("Ops", [Ops]),
            ("Health", [Health]),
            ("Telemetry", [Telemetry]),
            ("Log", [Log]),
        ];
}
