namespace PayoutWorker.Host.Metrics;

/// <summary><c>/metrics</c> on the admin listener.</summary>
internal sealed class MetricsEndpoint(MetricsListener listener, Figures figures)
{
    public async Task WriteAsync(HttpContext context)
    {
        await figures.RefreshAsync(context.RequestAborted);
        context.Response.ContentType = PrometheusText.ContentType;
        await context.Response.WriteAsync(listener.Text(), context.RequestAborted);
    }
}
