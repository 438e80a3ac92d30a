namespace PayoutWorker.Host.Metrics;

/// <summary><c>/metrics</c> on the admin listener.</summary>
internal sealed class MetricsEndpoint(MetricsListener listener, Figures? figures = null)
{
    public async Task WriteAsync(HttpContext context)
    {
        // The webhook endpoint alone has none: it cannot read the tables.
        if (figures is not null)
            await figures.RefreshAsync(context.RequestAborted);
        context.Response.ContentType = PrometheusText.ContentType;
        await context.Response.WriteAsync(listener.Text(), context.RequestAborted);
    }
}
