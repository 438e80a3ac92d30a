using System.Globalization;
using PayoutWorker.Exports;
using PayoutWorker.Host.Ops.Pages;
using PayoutWorker.Host.Ops.Store;
using PayoutWorker.Host.Ops.Web;

namespace PayoutWorker.Host.Ops.Endpoints;

/// <summary>Payouts of some days as a file. Payees are shortened as in lists; whole ones take the verb and a login of the database.</summary>
internal static class ExportEndpoints
{
    private const int DaysMax = 366;

    public static void Map(IEndpointRouteBuilder people)
    {
        people.MapGet(
            "/export",
            (HttpContext context, Here here) =>
                Html.Page<ExportPage>(new ExportModel(ExportForm.Of(context.Request.Query, here), null))
        );
        people.MapGet("/export.csv", WriteAsync);
    }

    private static async Task<IResult> WriteAsync(
        HttpContext context,
        Here here,
        OpsDatabase database,
        ILogger<PayoutAction> logger,
        CancellationToken cancellationToken
    )
    {
        var form = ExportForm.Of(context.Request.Query, here);
        if (form.Query is not { } query || query.Until.DayNumber - query.Since.DayNumber is < 0 or > DaysMax)
            return Html.Page<ExportPage>(
                new ExportModel(form, $"Give a first and a last day, at most {DaysMax} days apart."),
                StatusCodes.Status400BadRequest
            );
        logger.Exported(here.User!, form.Since, form.Until);
        var format = form.ForExcel ? CsvFormat.Excel : new CsvFormat();
        var export = new PayoutExport(database.Reads);
        return Results.Stream(
            output => export.WriteAsync(query, format, output, cancellationToken),
            "text/csv; charset=utf-8",
            $"payouts_{form.Since}_{form.Until}.csv"
        );
    }
}

/// <summary>What is asked for, as typed.</summary>
public sealed record ExportForm(string Since, string Until, string? Account, string? State, bool ForExcel)
{
    internal ExportQuery? Query =>
        Day(Since) is { } since && Day(Until) is { } until
            ? new ExportQuery(since, until, Account, State, Masked: true)
            : null;

    internal static ExportForm Of(IQueryCollection query, Here here)
    {
        var today = here.Local(here.Now).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        string? Text(string key) => query[key].ToString().Trim() is { Length: > 0 and <= 40 } text ? text : null;
        return new ExportForm(
            Text("since") ?? today,
            Text("until") ?? today,
            Text("sender"),
            Filter.States.Contains(Text("state")) && Text("state") != "open" ? Text("state") : null,
            Text("for") == "excel"
        );
    }

    private static DateOnly? Day(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        && day.Year is > 2000 and < 2200
            ? day
            : null;
}
