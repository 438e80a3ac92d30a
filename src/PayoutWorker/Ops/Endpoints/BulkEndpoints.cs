using System.Globalization;
using PayoutWorker.Host.Ops.Pages;
using PayoutWorker.Host.Ops.Rows;
using PayoutWorker.Host.Ops.Store;
using PayoutWorker.Host.Ops.Web;

namespace PayoutWorker.Host.Ops.Endpoints;

/// <summary>
/// Hold, release or cancel of a filtered list: first how many and how much, then the deed, by the same filter, never
/// more than was shown.
/// </summary>
internal static class BulkEndpoints
{
    public const int Most = 10_000;
    private const int PartMost = 500;

    public static void Map(IEndpointRouteBuilder operators)
    {
        operators.MapGet("/bulk/{action}", ShowAsync);
        operators.MapPost("/bulk/{action}", ActAsync);
    }

    private static bool IsBulk(string action) => action is "hold" or "release" or "cancel";

    private static async Task<IResult> ShowAsync(
        string action,
        HttpContext context,
        SearchTerms terms,
        OpsDatabase database,
        TimeZoneInfo zone,
        CancellationToken cancellationToken
    )
    {
        var filter = terms.Open(context.Request.Query);
        if (!IsBulk(action) || !filter.IsOpen || filter.Q is not null || filter.Problem(zone) is not null)
            return Html.NotFound();
        var sums = await PreviewAsync(database, filter, zone, cancellationToken);
        return Html.Page<BulkPage>(new BulkModel(PayoutAction.Find(action)!, filter, sums, null, null));
    }

    private static async Task<IResult> ActAsync(
        string action,
        HttpContext context,
        SearchTerms terms,
        OpsDatabase database,
        TimeZoneInfo zone,
        ILogger<PayoutAction> logger,
        CancellationToken cancellationToken
    )
    {
        var filter = terms.Open(context.Request.Query);
        if (!IsBulk(action) || !filter.IsOpen || filter.Q is not null || filter.Problem(zone) is not null)
            return Html.NotFound();
        var form = await context.Request.ReadFormAsync(cancellationToken);
        var reason = form["reason"].ToString().Trim();
        var sums = await PreviewAsync(database, filter, zone, cancellationToken);
        var kind = PayoutAction.Find(action)!;
        IResult Again(string problem, int status) =>
            Html.Page<BulkPage>(new BulkModel(kind, filter, sums, problem, null), status);
        if (ActionInput.Reasons.Problem(reason) is { } missing)
            return Again(missing, StatusCodes.Status400BadRequest);
        // What has left the list since is fine; what has joined it was seen by nobody.
        var (shown, newest) = (Number(form["shown"]), Number(form["newest"]));
        var now = sums.Sum(sum => sum.Payouts);
        if (Time(form["seen"]) is not { } seen)
            return Again(
                "The form does not say when the list was looked at. Look again.",
                StatusCodes.Status400BadRequest
            );
        if (now > shown || now > Most)
            return Again(
                $"The list has grown from {shown} to {now} payouts meanwhile. Look again.",
                StatusCodes.Status409Conflict
            );
        var result = await ActInPartsAsync(
            database,
            context.User.Identity!.Name!,
            action,
            reason,
            filter,
            zone,
            shown,
            newest,
            seen
        );
        logger.ActedOnList(context.User.Identity!.Name!, action, result.Done, result.Refused);
        return Html.Page<BulkPage>(new BulkModel(kind, filter, sums, null, result));
    }

    // Each part commits by itself, so that thousands of rows are not locked at once. It is not broken off half way when
    // the browser leaves.
    private static async Task<BulkPart> ActInPartsAsync(
        OpsDatabase database,
        string actor,
        string action,
        string reason,
        Filter filter,
        TimeZoneInfo zone,
        long most,
        long newest,
        DateTime seen
    )
    {
        var (done, refused, after) = (0L, 0L, 0L);
        while (done + refused < most)
        {
            var parameters = new Dapper.DynamicParameters(filter.Parameters(zone));
            parameters.AddDynamicParams(
                new
                {
                    action,
                    reason,
                    after,
                    newest,
                    seen,
                    part = (int)Math.Min(PartMost, most - done - refused),
                }
            );
            var part = await database.ActAsync<BulkPart>(
                actor,
                OpsSql.Text("act_bulk"),
                parameters,
                CancellationToken.None
            );
            if (part is null or { Found: 0 })
                break;
            (done, refused, after) = (done + part.Done, refused + part.Refused, part.Last);
        }
        return new BulkPart { Done = done, Refused = refused };
    }

    private static Task<IReadOnlyList<BulkSum>> PreviewAsync(
        OpsDatabase database,
        Filter filter,
        TimeZoneInfo zone,
        CancellationToken cancellationToken
    )
    {
        var parameters = new Dapper.DynamicParameters(filter.Parameters(zone));
        parameters.Add("most", Most);
        return database.ListAsync<BulkSum>("preview_bulk", parameters, cancellationToken);
    }

    /// <summary>To the last microsecond, as the database has it.</summary>
    public static string Text(DateTime seen) => seen.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);

    private static DateTime? Time(string? text) =>
        DateTime.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at)
        && at.Kind == DateTimeKind.Utc
            ? at
            : null;

    private static long Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
}
