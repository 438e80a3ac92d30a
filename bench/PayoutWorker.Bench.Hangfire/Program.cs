using Hangfire;
using Hangfire.PostgreSql;
using PayoutWorker.Bench.HangfirePeer;

if (args is not ["install"] and not ["--steps"] and not ["--legs"])
{
    Console.Error.WriteLine("expected install, --steps or --legs");
    return 2;
}
Dapper.DefaultTypeMap.MatchNamesWithUnderscores = true;
var database = PeerSettings.Database;
var storage = new PostgreSqlStorageOptions { PrepareSchemaIfNecessary = args is ["install"] };
if (args is ["install"])
{
    GlobalConfiguration.Configuration.UsePostgreSqlStorage(s => s.UseNpgsqlConnection(database), storage);
    return 0;
}

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls($"http://127.0.0.1:{PeerSettings.Need("PEER_WEBHOOK_PORT")}");
builder.Services.AddSingleton(Npgsql.NpgsqlDataSource.Create(database));
builder.Services.AddSingleton(PeerSettings.NewBank());
builder.Services.AddSingleton(PeerSettings.NewProject());
builder.Services.AddSingleton(PeerSettings.NewBankKeys());
builder.Services.AddSingleton(new Plan(JobPerStep: args is ["--steps"]));
builder.Services.AddScoped<PayoutJobs>();
builder.Services.AddScoped<Webhooks>();
builder.Services.AddHangfire(hangfire =>
    hangfire
        .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
        .UseSimpleAssemblyNameTypeSerializer()
        .UseRecommendedSerializerSettings()
        .UsePostgreSqlStorage(s => s.UseNpgsqlConnection(database), storage)
);
builder.Services.AddHangfireServer(server =>
{
    if (int.TryParse(Environment.GetEnvironmentVariable("PEER_WORKERS"), out var workers))
        server.WorkerCount = workers;
});

var app = builder.Build();
app.MapPost("/webhooks/bank131", (HttpRequest request, Webhooks webhooks) => webhooks.ReceiveAsync(request));
app.MapPost("/enqueue", (HttpRequest request, Webhooks webhooks) => webhooks.EnqueueAsync(request));
app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine("ready"));
await app.RunAsync();
return 0;
