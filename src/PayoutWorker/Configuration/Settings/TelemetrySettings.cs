namespace PayoutWorker.Host.Configuration.Settings;

/// <summary>Section <c>Telemetry</c>.</summary>
internal sealed class TelemetrySettings
{
    /// <summary>Where metrics and traces are sent to by OTLP; null sends none.</summary>
    public string? OtlpEndpoint { get; init; }

    public OtlpProtocol OtlpProtocol { get; init; } = OtlpProtocol.Grpc;
}

internal enum OtlpProtocol
{
    Grpc,
    Http,
}
