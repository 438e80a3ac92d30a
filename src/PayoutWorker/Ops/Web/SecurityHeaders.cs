namespace PayoutWorker.Host.Ops.Web;

/// <summary>What every answer of the pages carries: nothing runs but our own files, nobody frames or stores a page.</summary>
internal static class SecurityHeaders
{
    private const string Policy =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    public static Task AddAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(
            static state =>
            {
                var headers = ((HttpContext)state).Response.Headers;
                headers.ContentSecurityPolicy = Policy;
                headers.XFrameOptions = "DENY";
                headers.XContentTypeOptions = "nosniff";
                headers["Referrer-Policy"] = "same-origin";
                headers["Cross-Origin-Opener-Policy"] = "same-origin";
                headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
                // A person's payments on a shared machine: no cache keeps them. Style and icon say nothing.
                if (headers.CacheControl != Files.Keep)
                    headers.CacheControl = "no-store";
                headers.Remove("Pragma");
                return Task.CompletedTask;
            },
            context
        );
        return next(context);
    }
}
