using Npgsql;
using PayoutWorker.Host.Ops.Pages;
using PayoutWorker.Host.Ops.Rows;
using PayoutWorker.Host.Ops.Store;
using PayoutWorker.Host.Ops.Web;

namespace PayoutWorker.Host.Ops.Endpoints;

/// <summary>What waits for a second person. The form carries the hash of what was shown: the database compares.</summary>
internal static class ApprovalEndpoints
{
    public static void Map(IEndpointRouteBuilder people, IEndpointRouteBuilder operators)
    {
        people.MapGet(
            "/approvals",
            async (HttpContext context, OpsDatabase database, CancellationToken cancellationToken) =>
                await ListAsync(database, Said.Text(context.Request.Query["said"]), null, 200, cancellationToken)
        );
        operators.MapGet("/approvals/{id:long}", ShowAsync);
        operators.MapPost("/approvals/{id:long}", ApproveAsync);
        operators.MapPost("/approvals/register", ApproveRegisterAsync);
    }

    private static async Task<IResult> ShowAsync(long id, OpsDatabase database, CancellationToken cancellationToken) =>
        await FindAsync(id, database, cancellationToken) is { } order
            ? Html.Page<ApprovePage>(new ApproveModel(order, null, new ActionInput()))
            : Html.SeeOther($"/ops/payouts/{id}");

    private static async Task<IResult> ApproveAsync(
        long id,
        HttpContext context,
        OpsDatabase database,
        ILogger<PayoutAction> logger,
        CancellationToken cancellationToken
    )
    {
        if (await FindAsync(id, database, cancellationToken) is not { } order)
            return Html.SeeOther($"/ops/payouts/{id}");
        var form = await context.Request.ReadFormAsync(cancellationToken);
        var input = ActionInput.Of(form);
        IResult Refused(string problem, int status) =>
            Html.Page<ApprovePage>(new ApproveModel(order, problem, input), status);
        if (ActionInput.Reasons.Problem(input.Reason) is { } missing)
            return Refused(missing, StatusCodes.Status400BadRequest);
        var actor = context.User.Identity!.Name!;
        try
        {
            await database.ActAsync<string>(
                actor,
                OpsSql.Text("act_approve"),
                new
                {
                    key = order.ErpKey,
                    hash = form["hash"].ToString(),
                    reason = input.Reason,
                },
                cancellationToken
            );
            logger.Acted(actor, "approve", id);
            return Html.SeeOther("/ops/approvals?said=approve");
        }
        catch (PostgresException e) when (Refusals.IsRefusal(e))
        {
            logger.ActRefused(actor, "approve", id, e.SqlState);
            return Refused(Refusals.Text(e), StatusCodes.Status409Conflict);
        }
    }

    // Each part commits by itself, and it is not broken off half way when the browser leaves.
    private static async Task<IResult> ApproveRegisterAsync(
        HttpContext context,
        OpsDatabase database,
        ILogger<PayoutAction> logger,
        CancellationToken cancellationToken
    )
    {
        var form = await context.Request.ReadFormAsync(cancellationToken);
        var (register, currency) = (form["register"].ToString(), form["currency"].ToString());
        var hash = form["hash"].ToString();
        var reason = form["reason"].ToString().Trim();
        if (ActionInput.Reasons.Problem(reason) is { } missing)
            return await ListAsync(database, null, missing, StatusCodes.Status400BadRequest, cancellationToken);
        var actor = context.User.Identity!.Name!;
        var (done, refused) = (0L, 0L);
        try
        {
            for (long? after = 0; after is not null; )
            {
                var part = await database.ActAsync<RegisterPart>(
                    actor,
                    OpsSql.Text("act_approve_register"),
                    new
                    {
                        register,
                        currency,
                        hash,
                        reason,
                        after,
                    },
                    CancellationToken.None
                );
                (done, refused, after) = (done + part!.Done, refused + part.Refused, part.NextAfter);
            }
        }
        catch (PostgresException e) when (Refusals.IsRefusal(e))
        {
            var text = $"{Refusals.Text(e)} {done} were approved before that.";
            return await ListAsync(database, null, text, StatusCodes.Status409Conflict, cancellationToken);
        }
        logger.ActedOnList(actor, "approve", done, refused);
        var said = $"{done} payouts are approved, {refused} are not: who ordered them asked, or they were changed.";
        return await ListAsync(database, said, null, StatusCodes.Status200OK, cancellationToken);
    }

    private static Task<ApprovalRow?> FindAsync(long id, OpsDatabase database, CancellationToken cancellationToken) =>
        database.ReadForActionAsync(
            "read_approval",
            new { id },
            grid => grid.ReadSingleOrDefaultAsync<ApprovalRow>(),
            cancellationToken
        );

    private static async Task<IResult> ListAsync(
        OpsDatabase database,
        string? said,
        string? problem,
        int status,
        CancellationToken cancellationToken
    )
    {
        var model = await database.ReadAsync(
            "read_approvals",
            null,
            async grid => new ApprovalsModel(
                await OpsDatabase.ListAsync<ApprovalRegisterRow>(grid),
                await OpsDatabase.ListAsync<ApprovalRow>(grid),
                await grid.ReadSingleAsync<long>(),
                said,
                problem
            ),
            cancellationToken
        );
        return Html.Page<ApprovalsPage>(model, status);
    }
}
