using System.Globalization;
using PayoutWorker.Host.Ops.Pages;
using PayoutWorker.Host.Ops.Rows;
using PayoutWorker.Host.Ops.Store;
using PayoutWorker.Host.Ops.Web;

namespace PayoutWorker.Host.Ops.Endpoints;

/// <summary>Alarms and their acknowledgement.</summary>
internal static class AlarmEndpoints
{
    public static void Map(IEndpointRouteBuilder people, IEndpointRouteBuilder operators)
    {
        people.MapGet(
            "/alarms",
            async (HttpContext context, OpsDatabase database, CancellationToken cancellationToken) =>
                await PageAsync(database, Said.Text(context.Request.Query["said"]), null, 200, cancellationToken)
        );
        operators.MapPost("/alarms/{id:long}", AcknowledgeAsync);
    }

    private static async Task<IResult> AcknowledgeAsync(
        long id,
        HttpContext context,
        OpsDatabase database,
        ILogger<PayoutAction> logger,
        CancellationToken cancellationToken
    )
    {
        var form = await context.Request.ReadFormAsync(cancellationToken);
        var reason = form["reason"].ToString().Trim();
        if (ActionInput.Reasons.Problem(reason) is { } problem)
            return await PageAsync(database, null, problem, StatusCodes.Status400BadRequest, cancellationToken);
        var actor = context.User.Identity!.Name!;
        await database.ActAsync<bool>(actor, OpsSql.Text("act_acknowledge"), new { id, reason }, cancellationToken);
        logger.Switched(actor, "acknowledge", "alarm", id.ToString(CultureInfo.InvariantCulture));
        return Html.SeeOther("/ops/alarms?said=acknowledge");
    }

    private static async Task<IResult> PageAsync(
        OpsDatabase database,
        string? said,
        string? problem,
        int status,
        CancellationToken cancellationToken
    )
    {
        var alarms = await database.ListAsync<AlarmRow>("read_alarms", null, cancellationToken);
        return Html.Page<AlarmsPage>(new AlarmsModel(alarms, said, problem), status);
    }
}
