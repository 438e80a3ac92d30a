using Npgsql;
using PayoutWorker.Host.Ops.Pages;
using PayoutWorker.Host.Ops.Store;
using PayoutWorker.Host.Ops.Web;

namespace PayoutWorker.Host.Ops.Endpoints;

/// <summary>What an operator asks for one payout: a page that says what it means, then the post that does it.</summary>
internal static class ActionEndpoints
{
    public static void Map(IEndpointRouteBuilder operators)
    {
        operators.MapGet("/payouts/{id:long}/{action}", ShowAsync);
        operators.MapPost("/payouts/{id:long}/{action}", ActAsync);
        operators.MapPost("/payouts/{id:long}/webhooks/{webhook:long}", ReadWebhookAsync);
    }

    private static async Task<IResult> ShowAsync(
        long id,
        string action,
        PayoutReader reader,
        CancellationToken cancellationToken
    ) =>
        PayoutAction.Find(action) is { } kind && await reader.ReadForActionAsync(id, cancellationToken) is { } payout
            ? Html.Page<ActionPage>(new ActionModel(kind, payout, null, new ActionInput()))
            : Html.NotFound();

    private static async Task<IResult> ActAsync(
        long id,
        string action,
        HttpContext context,
        PayoutReader reader,
        OpsDatabase database,
        ILogger<PayoutAction> logger,
        CancellationToken cancellationToken
    )
    {
        if (PayoutAction.Find(action) is not { } kind)
            return Html.NotFound();
        if (await reader.ReadForActionAsync(id, cancellationToken) is not { } payout)
            return Html.NotFound();
        var input = ActionInput.Of(await context.Request.ReadFormAsync(cancellationToken));
        IResult Refused(string problem, int status) =>
            Html.Page<ActionPage>(new ActionModel(kind, payout, problem, input), status);
        if (input.Problem(kind) is { } missing)
            return Refused(missing, StatusCodes.Status400BadRequest);
        var actor = context.User.Identity!.Name!;
        try
        {
            var said = await database.ActAsync<string>(
                actor,
                OpsSql.Text(kind.Statement),
                new
                {
                    key = payout.ErpKey,
                    reason = input.Reason,
                    outcome = input.Outcome,
                },
                cancellationToken
            );
            logger.Acted(actor, kind.Name, id);
            return Html.SeeOther(
                kind == PayoutAction.Reissue
                    ? $"/ops/payouts/{said}?said=reissue"
                    : $"/ops/payouts/{id}?said={Said.Of(kind, said)}"
            );
        }
        catch (PostgresException e) when (Refusals.IsRefusal(e))
        {
            logger.ActRefused(actor, kind.Name, id, e.SqlState);
            return Refused(Refusals.Text(e), StatusCodes.Status409Conflict);
        }
    }

    private static async Task<IResult> ReadWebhookAsync(
        long id,
        long webhook,
        HttpContext context,
        OpsDatabase database,
        StoredBodies bodies,
        ILogger<PayoutAction> logger,
        CancellationToken cancellationToken
    )
    {
        var actor = context.User.Identity!.Name!;
        try
        {
            var stored = await database.ActAsync<StoredBody>(
                actor,
                OpsSql.Text("act_read_webhook"),
                new
                {
                    id = webhook,
                    payout = id,
                    address = ShowEndpoints.Address(context),
                },
                cancellationToken
            );
            if (stored?.Found is null)
                return Html.NotFound();
            logger.Acted(actor, "webhook", id);
            var body = await bodies.TextAsync(stored, cancellationToken);
            return Html.Page<WebhookPage>(new WebhookModel(id, webhook, body));
        }
        catch (PostgresException e) when (Refusals.IsRefusal(e))
        {
            return Html.NotFound();
        }
    }
}
