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
        people.MapPost("/payouts", FindAsync);
        people.MapGet("/payouts/{id:long}", ReadAsync);
    }

    // Searched by a form, so that nothing of people stands in an address.
    private static async Task<IResult> FindAsync(
        HttpContext context,
        SearchTerms terms,
        CancellationToken cancellationToken
    ) =>
        Html.SeeOther(
            terms.Seal(Filter.Of(await context.Request.ReadFormAsync(cancellationToken))).Url("/ops/payouts")
        );

    private static async Task<IResult> SearchAsync(
        HttpContext context,
        SearchTerms terms,
        PayoutReader reader,
        TimeZoneInfo zone,
        CancellationToken cancellationToken
    )
    {
        var filter = terms.Open(context.Request.Query);
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
