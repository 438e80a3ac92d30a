using Npgsql;
using PayoutWorker.Host.Ops.Pages;
using PayoutWorker.Host.Ops.Rows;
using PayoutWorker.Host.Ops.Store;
using PayoutWorker.Host.Ops.Web;

namespace PayoutWorker.Host.Ops.Endpoints;

/// <summary>The database went back in time: what is asked, what is left, and the release.</summary>
internal static class GapEndpoints
{
    public static void Map(IEndpointRouteBuilder people, IEndpointRouteBuilder operators)
    {
        people.MapGet(
            "/gap",
            async (HttpContext context, OpsDatabase database, CancellationToken cancellationToken) =>
                await PageAsync(database, Said.Text(context.Request.Query["said"]), null, 200, cancellationToken)
        );
        operators.MapPost("/gap/{action}", ActAsync);
    }

    private static async Task<IResult> ActAsync(
        string action,
        HttpContext context,
        OpsDatabase database,
        ILogger<PayoutAction> logger,
        CancellationToken cancellationToken
    )
    {
        if (action is not ("release" or "override"))
            return Html.NotFound();
        var form = await context.Request.ReadFormAsync(cancellationToken);
        var reason = form["reason"].ToString().Trim();
        if (ActionInput.Reasons.Problem(reason) is { } problem)
            return await PageAsync(database, null, problem, StatusCodes.Status400BadRequest, cancellationToken);
        var actor = context.User.Identity!.Name!;
        try
        {
            var sql = OpsSql.Text($"act_{action}_gap");
            var said = await database.ActAsync<string>(actor, sql, new { reason }, cancellationToken);
            logger.Switched(actor, action, "gap", said ?? "");
            var code = said!.StartsWith("proposed", StringComparison.Ordinal) ? "proposed" : "gap";
            return Html.SeeOther($"/ops/gap?said={code}");
        }
        catch (PostgresException e) when (Refusals.IsRefusal(e))
        {
            return await PageAsync(database, null, Refusals.Text(e), StatusCodes.Status409Conflict, cancellationToken);
        }
    }

    private static async Task<IResult> PageAsync(
        OpsDatabase database,
        string? said,
        string? problem,
        int status,
        CancellationToken cancellationToken
    )
    {
        var model = await database.ReadAsync(
            "read_gap",
            null,
            async grid => new GapModel(
                await grid.ReadSingleOrDefaultAsync<GapRow>(),
                await OpsDatabase.ListAsync<StuckRow>(grid),
                said,
                problem
            ),
            cancellationToken
        );
        return Html.Page<GapPage>(model, status);
    }
}
