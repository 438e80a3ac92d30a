using System.Globalization;
using Npgsql;
using PayoutWorker.Host.Ops.Pages;
using PayoutWorker.Host.Ops.Rows;
using PayoutWorker.Host.Ops.Store;
using PayoutWorker.Host.Ops.Web;

namespace PayoutWorker.Host.Ops.Endpoints;

/// <summary>Rules for approval and money limits: read by everybody, set by one operator, ended by two.</summary>
internal static class ControlEndpoints
{
    public static void Map(IEndpointRouteBuilder people, IEndpointRouteBuilder operators)
    {
        people.MapGet(
            "/controls",
            async (HttpContext context, OpsDatabase database, CancellationToken cancellationToken) =>
                await PageAsync(database, Said.Text(context.Request.Query["said"]), null, 200, cancellationToken)
        );
        Map(operators, "rule", "act_set_approval_rule", SetRule);
        Map(operators, "limit", "act_set_money_limit", SetLimit);
        Map(operators, "end-rule", "act_end_approval_rule", End);
        Map(operators, "end-limit", "act_end_money_limit", End);
    }

    private static void Map(
        IEndpointRouteBuilder operators,
        string verb,
        string statement,
        Func<IFormCollection, string, (object? Parameters, string? Problem)> read
    ) =>
        operators.MapPost(
            $"/controls/{verb}",
            (
                HttpContext context,
                OpsDatabase database,
                ILogger<PayoutAction> logger,
                CancellationToken cancellationToken
            ) => ActAsync(context, database, logger, verb, statement, read, cancellationToken)
        );

    private static (object? Parameters, string? Problem) SetRule(IFormCollection form, string reason) =>
        Money.Parse(form["amount"]) is { } amount
            ? (
                new
                {
                    method = form["method"].ToString(),
                    account = form["account"].ToString(),
                    currency = form["currency"].ToString().Trim(),
                    amount,
                    reason,
                },
                null
            )
            : (null, "Name the amount, in roubles and kopecks for example.");

    private static (object? Parameters, string? Problem) SetLimit(IFormCollection form, string reason)
    {
        var (amount, count) = (form["amount"].ToString().Trim(), form["count"].ToString().Trim());
        long? most = long.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;
        var minor = Money.Parse(amount);
        // What cannot be read must not become no limit.
        if ((amount.Length > 0 && minor is null) || (count.Length > 0 && most is null) || (minor ?? most) is null)
            return (null, "Name an amount, a number of payouts, or both.");
        return (
            new
            {
                scope = form["scope"].ToString(),
                method = form["method"].ToString(),
                account = form["account"].ToString(),
                currency = form["currency"].ToString().Trim(),
                amount = minor,
                count = most,
                reason,
            },
            null
        );
    }

    private static (object? Parameters, string? Problem) End(IFormCollection form, string reason) =>
        long.TryParse(form["id"], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? (new { id, reason }, null)
            : (null, "The form does not say which.");

    private static async Task<IResult> ActAsync(
        HttpContext context,
        OpsDatabase database,
        ILogger logger,
        string verb,
        string statement,
        Func<IFormCollection, string, (object? Parameters, string? Problem)> read,
        CancellationToken cancellationToken
    )
    {
        var form = await context.Request.ReadFormAsync(cancellationToken);
        var reason = form["reason"].ToString().Trim();
        var (parameters, problem) = read(form, reason);
        problem = ActionInput.Reasons.Problem(reason) ?? problem;
        if (problem is not null)
            return await PageAsync(database, null, problem, StatusCodes.Status400BadRequest, cancellationToken);
        var actor = context.User.Identity!.Name!;
        try
        {
            var answer = await database.ActAsync<object>(actor, OpsSql.Text(statement), parameters, cancellationToken);
            logger.Switched(actor, verb, "controls", form["id"].ToString());
            var isProposed = answer is string text && text.StartsWith("proposed", StringComparison.Ordinal);
            return Html.SeeOther($"/ops/controls?said={(isProposed ? "proposed" : "controls")}");
        }
        catch (PostgresException e) when (Refusals.IsRefusal(e))
        {
            var text = Refusals.Text(e);
            return await PageAsync(database, null, text, StatusCodes.Status409Conflict, cancellationToken);
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
            "read_controls",
            null,
            async grid => new ControlsModel(
                await OpsDatabase.ListAsync<ControlRow>(grid),
                await OpsDatabase.ListAsync<ControlRow>(grid),
                said,
                problem
            ),
            cancellationToken
        );
        return Html.Page<ControlsPage>(model, status);
    }
}
