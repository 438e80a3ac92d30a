using System.Globalization;
using Npgsql;
using PayoutWorker.Host.Ops.Pages;
using PayoutWorker.Host.Ops.Rows;
using PayoutWorker.Host.Ops.Store;
using PayoutWorker.Host.Ops.Web;

namespace PayoutWorker.Host.Ops.Endpoints;

/// <summary>Differences between the bank's books and our rows: who looks into them, and what explains them.</summary>
internal static class DifferenceEndpoints
{
    private const int PageRows = 100;
    private const int OwnerMax = 100;

    // Whether a reason must be given: taking something needs none.
    private static readonly Dictionary<string, (string Statement, bool NeedsReason)> Actions = new()
    {
        ["take"] = ("act_assign_difference", false),
        ["assign"] = ("act_assign_difference", true),
        ["note"] = ("act_note_difference", true),
        ["explain"] = ("act_explain_difference", true),
        ["reopen"] = ("act_reopen_difference", true),
    };

    public static void Map(IEndpointRouteBuilder people, IEndpointRouteBuilder operators)
    {
        people.MapGet("/differences", ListAsync);
        people.MapGet(
            "/differences/{id:long}",
            (long id, HttpContext context, OpsDatabase database, CancellationToken cancellationToken) =>
                PageAsync(id, database, Said.Text(context.Request.Query["said"]), null, "", 200, cancellationToken)
        );
        operators.MapPost("/differences/{id:long}/{action}", ActAsync);
    }

    private static async Task<IResult> ListAsync(
        HttpContext context,
        OpsDatabase database,
        CancellationToken cancellationToken
    )
    {
        var filter = DifferenceFilter.Of(context.Request.Query);
        var model = await database.ReadAsync(
            "read_differences",
            filter.Parameters(),
            async grid =>
            {
                var rows = await OpsDatabase.ListAsync<DifferenceRow>(grid);
                var sums = await OpsDatabase.ListAsync<DifferenceSum>(grid);
                return new DifferencesModel(
                    filter,
                    [.. rows.Take(PageRows)],
                    sums,
                    rows.Count > PageRows ? rows[PageRows - 1].Id : null
                );
            },
            cancellationToken
        );
        return Html.Page<DifferencesPage>(model);
    }

    private static async Task<IResult> ActAsync(
        long id,
        string action,
        HttpContext context,
        OpsDatabase database,
        ILogger<PayoutAction> logger,
        CancellationToken cancellationToken
    )
    {
        if (!Actions.TryGetValue(action, out var asked))
            return Html.NotFound();
        var form = await context.Request.ReadFormAsync(cancellationToken);
        var reason = form["reason"].ToString().Trim();
        var actor = context.User.Identity!.Name!;
        var owner = action == "take" ? actor : form["owner"].ToString().Trim();
        var problem =
            asked.NeedsReason ? ActionInput.Reasons.Problem(reason)
            : owner.Length > OwnerMax ? $"The owner's name is longer than {OwnerMax} characters."
            : null;
        if (problem is not null)
            return await PageAsync(id, database, null, problem, reason, 400, cancellationToken);
        try
        {
            await database.ActAsync<string>(
                actor,
                OpsSql.Text(asked.Statement),
                new
                {
                    id,
                    owner,
                    reason,
                },
                cancellationToken
            );
        }
        catch (PostgresException e) when (Refusals.IsRefusal(e))
        {
            return await PageAsync(id, database, null, Refusals.Text(e), reason, 409, cancellationToken);
        }
        logger.Switched(actor, action, "difference", id.ToString(CultureInfo.InvariantCulture));
        return Html.SeeOther($"/ops/differences/{id}?said=difference-{action}");
    }

    private static async Task<IResult> PageAsync(
        long id,
        OpsDatabase database,
        string? said,
        string? problem,
        string reason,
        int status,
        CancellationToken cancellationToken
    )
    {
        var model = await database.ReadForActionAsync(
            "read_difference",
            new { id },
            async grid =>
                await grid.ReadSingleOrDefaultAsync<DifferenceRow>() is { } row
                    ? new DifferenceModel(
                        row,
                        await OpsDatabase.ListAsync<DifferenceNoteRow>(grid),
                        said,
                        problem,
                        reason
                    )
                    : null,
            cancellationToken
        );
        return model is null ? Html.NotFound() : Html.Page<DifferencePage>(model, status);
    }
}
