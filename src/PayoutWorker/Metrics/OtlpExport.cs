using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Host.Run;

namespace PayoutWorker.Host.Metrics;

/// <summary>Sends metrics and traces by OTLP where an endpoint is configured.</summary>
internal sealed class OtlpExport(
    TelemetrySettings settings,
    WorkerIdentity identity,
    Figures figures,
    TimeProvider time
) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var meters = Sdk.CreateMeterProviderBuilder()
            .ConfigureResource(Describe)
            .AddMeter(MetricsListener.MeterNames)
            .AddOtlpExporter(options => Address(options, "v1/metrics"))
            .Build();
        using var traces = Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(Describe)
            .AddSource(Tracing.SourceName)
            .AddOtlpExporter(options => Address(options, "v1/traces"))
            .Build();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // The exporter reads gauges on its own clock; here they are only kept fresh.
                await figures.RefreshAsync(stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            await Task.Delay(Every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Describe(ResourceBuilder resource) =>
        resource.AddService("payouts", serviceVersion: identity.Version, serviceInstanceId: identity.Name);

    // With HTTP the path of each signal is ours to add once an endpoint is set by hand.
    private void Address(OtlpExporterOptions options, string path)
    {
        var isHttp = settings.OtlpProtocol == OtlpProtocol.Http;
        options.Protocol = isHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        options.Endpoint = new Uri(settings.OtlpEndpoint!.TrimEnd('/') + (isHttp ? $"/{path}" : ""));
    }
}
