using Npgsql;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Host.Ops.Pages;
using PayoutWorker.Host.Ops.Rows;
using PayoutWorker.Host.Ops.Store;
using PayoutWorker.Host.Ops.Web;

namespace PayoutWorker.Host.Ops.Endpoints;

/// <summary>Stop and resume.</summary>
internal static class SwitchEndpoints
{
    public static void Map(IEndpointRouteBuilder people, IEndpointRouteBuilder operators)
    {
        people.MapGet(
            "/switches",
            async (HttpContext context, OpsDatabase database, CancellationToken cancellationToken) =>
                await PageAsync(context, database, null, StatusCodes.Status200OK, cancellationToken)
        );
        operators.MapPost("/switches/stop", StopAsync);
        operators.MapPost("/switches/resume", ResumeAsync);
    }

    private static Task<IResult> StopAsync(
        HttpContext context,
        OpsDatabase database,
        ILogger<PayoutAction> logger,
        CancellationToken cancellationToken
    ) => ActAsync<long>(context, database, logger, "stop", stopped => $"stop&underway={stopped}", cancellationToken);

    private static Task<IResult> ResumeAsync(
        HttpContext context,
        OpsDatabase database,
        ILogger<PayoutAction> logger,
        CancellationToken cancellationToken
    ) => ActAsync<bool>(context, database, logger, "resume", was => was ? "resume" : "resume-none", cancellationToken);

    private static async Task<IResult> ActAsync<T>(
        HttpContext context,
        OpsDatabase database,
        ILogger logger,
        string verb,
        Func<T?, string> said,
        CancellationToken cancellationToken
    )
    {
        var form = await context.Request.ReadFormAsync(cancellationToken);
        var (scope, value) = Chosen(form);
        var reason = form["reason"].ToString().Trim();
        var problem =
            ActionInput.Reasons.Problem(reason)
            ?? (scope != "all" && value.Length == 0 ? "Name the project, account or method." : null);
        if (problem is not null)
            return await PageAsync(context, database, problem, StatusCodes.Status400BadRequest, cancellationToken);
        var actor = context.User.Identity!.Name!;
        try
        {
            var result = await database.ActAsync<T>(
                actor,
                OpsSql.Text($"act_{verb}"),
                new
                {
                    scope,
                    value,
                    reason,
                },
                cancellationToken
            );
            logger.Switched(actor, verb, scope, value);
            return Html.SeeOther($"/ops/switches?said={said(result)}");
        }
        catch (PostgresException e) when (Refusals.IsRefusal(e))
        {
            var text = Refusals.Text(e);
            return await PageAsync(context, database, text, StatusCodes.Status409Conflict, cancellationToken);
        }
    }

    /// <summary>What is to be stopped. Pages show accounts in groups of digits, and people copy them as shown.</summary>
    internal static (string Scope, string Value) Chosen(IFormCollection form)
    {
        var (scope, value) = (form["scope"].ToString(), form["value"].ToString());
        return scope switch
        {
            "all" => (scope, ""),
            "account" => (scope, string.Concat(value.Where(c => !char.IsWhiteSpace(c)))),
            _ => (scope, value.Trim()),
        };
    }

    private static async Task<IResult> PageAsync(
        HttpContext context,
        OpsDatabase database,
        string? problem,
        int status,
        CancellationToken cancellationToken
    )
    {
        var query = context.Request.Query;
        var said = Said.Text(query["said"]);
        if (said is not null && long.TryParse(query["underway"], out var underWay))
            said +=
                underWay == 0
                    ? " No call was under way."
                    : $" {underWay} payouts had a call under way: those cannot be called back.";
        // Who may stop waits for nobody's search, not even for the page that stops.
        var model = context.User.IsInRole(nameof(UserRole.Operator))
            ? await database.ReadForActionAsync("read_switches", null, ReadAsync, cancellationToken)
            : await database.ReadAsync("read_switches", null, ReadAsync, cancellationToken);
        return Html.Page<SwitchesPage>(model, status);

        async Task<SwitchesModel> ReadAsync(Dapper.SqlMapper.GridReader grid) =>
            new(
                await OpsDatabase.ListAsync<SwitchRow>(grid),
                await grid.ReadSingleAsync<long>(),
                await OpsDatabase.ListAsync<string>(grid),
                query["stop"] == "all",
                said,
                problem
            );
    }
}
