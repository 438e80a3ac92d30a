using PayoutWorker.Host.Ops.Pages;
using PayoutWorker.Host.Ops.Store;
using PayoutWorker.Host.Ops.Web;

namespace PayoutWorker.Host.Ops.Endpoints;

/// <summary>Lists, and the page of one payout.</summary>
internal static class PayoutEndpoints
{
    public static void Map(IEndpointRouteBuilder people)
    {
        people.MapGet("/payouts", SearchAsync);
        people.MapGet("/payouts/{id:long}", ReadAsync);
    }

    private static async Task<IResult> SearchAsync(
        HttpContext context,
        PayoutReader reader,
        TimeZoneInfo zone,
        CancellationToken cancellationToken
    )
    {
        var filter = Filter.Of(context.Request.Query);
        if (filter.Problem(zone) is { } problem)
            return Html.Page<SearchPage>(
                new SearchModel(filter, new ListPage([], null, 0), problem),
                StatusCodes.Status400BadRequest
            );
        var page = await reader.SearchAsync(filter, cancellationToken);
        return filter.Q is not null && page.Rows is [{ Id: { } only }]
            ? Html.SeeOther($"/ops/payouts/{only}")
            : Html.Page<SearchPage>(new SearchModel(filter, page, null));
    }

    private static async Task<IResult> ReadAsync(
        long id,
        HttpContext context,
        PayoutReader reader,
        CancellationToken cancellationToken
    ) =>
        await reader.ReadAsync(id, cancellationToken) is { } view
            ? Html.Page<PayoutPage>(new PayoutModel(view, Said.Text(context.Request.Query["said"])))
            : Html.NotFound();
}
