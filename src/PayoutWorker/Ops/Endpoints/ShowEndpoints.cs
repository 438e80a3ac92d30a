using PayoutWorker.Host.Ops.Pages;
using PayoutWorker.Host.Ops.Rows;
using PayoutWorker.Host.Ops.Store;
using PayoutWorker.Host.Ops.Web;

namespace PayoutWorker.Host.Ops.Endpoints;

/// <summary>Names and numbers of one payout, shown after it was written down who asked; and the list of those who did.</summary>
internal static class ShowEndpoints
{
    public static void Map(IEndpointRouteBuilder people, IEndpointRouteBuilder operators)
    {
        operators.MapPost("/payouts/{id:long}/show", ShowAsync);
        people.MapGet("/views", ListAsync);
    }

    /// <summary>Whence a request came, for the list of views.</summary>
    public static string? Address(HttpContext context) => context.Connection.RemoteIpAddress?.ToString();

    private static async Task<IResult> ShowAsync(
        long id,
        HttpContext context,
        PayoutReader reader,
        OpsDatabase database,
        ILogger<PayoutAction> logger,
        CancellationToken cancellationToken
    )
    {
        var actor = context.User.Identity!.Name!;
        var isThere = await database.ActAsync<bool>(
            actor,
            OpsSql.Text("act_show"),
            new { id, address = Address(context) },
            cancellationToken
        );
        if (!isThere || await reader.ReadAsync(id, cancellationToken) is not { } view)
            return Html.NotFound();
        logger.Acted(actor, "show", id);
        return Html.Page<PayoutPage>(new PayoutModel(view, null, IsShown: true));
    }

    private static async Task<IResult> ListAsync(OpsDatabase database, CancellationToken cancellationToken) =>
        Html.Page<ViewsPage>(new ViewsModel(await database.ListAsync<ViewRow>("read_views", null, cancellationToken)));
}
