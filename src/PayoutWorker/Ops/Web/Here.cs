using System.Globalization;
using System.Security.Claims;
using PayoutWorker.Host.Admin;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Host.Run;

namespace PayoutWorker.Host.Ops.Web;

/// <summary>Who looks at a page, and how times are written there.</summary>
internal sealed class Here(
    IHttpContextAccessor http,
    WorkerConfiguration configuration,
    TimeZoneInfo zone,
    TimeProvider time
)
{
    private ClaimsPrincipal? Person => http.HttpContext?.User;

    public string? User => Person?.Identity is { IsAuthenticated: true, Name: var name } ? name : null;

    public bool MayAct => Person?.IsInRole(nameof(UserRole.Operator)) == true;

    /// <summary>A cookie can be given back; a proxy's header cannot.</summary>
    public bool MaySignOut => Person?.Identity?.AuthenticationType != ProxyAuthentication.SchemeName;

    public string Path => http.HttpContext?.Request.Path.Value ?? "";

    public bool HasJobs => Dashboard.IsOn(configuration);

    public bool HasPages => configuration.Ops.ConnectionString is not null;

    public int RefreshSeconds => (int)configuration.Ops.RefreshEvery.TotalSeconds;

    public string ZoneName => zone.Id;

    public DateTime Now => time.GetUtcNow().UtcDateTime;

    public DateTime Local(DateTime utc) =>
        TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(utc, DateTimeKind.Utc), zone);

    /// <summary><c>14:05:09</c> today, else <c>21 Nov 14:05</c>, with the year where it is another.</summary>
    public string Time(DateTime utc)
    {
        var (at, now) = (Local(utc), Local(Now));
        return at.ToString(
            at.Date == now.Date ? "HH:mm:ss"
                : at.Year == now.Year ? "d MMM HH:mm"
                : "d MMM yyyy HH:mm",
            CultureInfo.InvariantCulture
        );
    }

    public string Full(DateTime utc) => Local(utc).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    /// <summary><c>3 min ago</c> or <c>in 3 min</c>.</summary>
    public string Ago(DateTime utc) =>
        (Now - utc) switch
        {
            { TotalSeconds: > -1 and < 1 } => "now",
            { Ticks: < 0 } span => $"in {Span(-span)}",
            var span => $"{Span(span)} ago",
        };

    public static string Span(TimeSpan span) =>
        span switch
        {
            { TotalSeconds: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0} ms"),
            { TotalSeconds: < 90 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0} s"),
            { TotalMinutes: < 90 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0} min"),
            { TotalHours: < 48 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0} h"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0} d"),
        };

    public static string Count(long n) => n.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '\u202f');
}
