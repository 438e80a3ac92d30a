using System.Reflection;

namespace PayoutWorker.Host.Ops.Web;

/// <summary>The pages' only files: one style sheet and one icon.</summary>
internal static class Files
{
    public const string Keep = "public, max-age=300";

    private static readonly byte[] Style = Read("style.css");
    private static readonly byte[] Icon = Read("icon.svg");

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/ops/style.css", context => WriteAsync(context, Style, "text/css; charset=utf-8"));
        routes.MapGet("/ops/icon.svg", context => WriteAsync(context, Icon, "image/svg+xml"));
    }

    private static Task WriteAsync(HttpContext context, byte[] content, string type)
    {
        context.Response.ContentType = type;
        context.Response.Headers.CacheControl = Keep;
        return context.Response.Body.WriteAsync(content, context.RequestAborted).AsTask();
    }

    private static byte[] Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
