namespace PayoutWorker.IntegrationTests.Planted;

/// <summary>A bug in the SQL: in the text of a statement, or in what a migration made.</summary>
/// <param name="Id">In the failure catalogue, the row whose naive choice this is.</param>
/// <param name="What">The naive choice.</param>
internal sealed record SqlBug(string Id, string What)
{
    /// <summary>Statement, what stands in it, what stands there instead.</summary>
    public (string Name, string From, string To)? Statement { get; init; }

    /// <summary>Run in the test's own database.</summary>
    public string? Schema { get; init; }

    public override string ToString() => $"{Id} {What}";

    /// <summary>Replaces a part of a function of the schema; an error when it is not there.</summary>
    public static string InFunction(string function, string from, string to) =>
        $"""
            DO $plant$
            DECLARE
                shipped text := pg_get_functiondef('payouts.{function}'::regproc);
            BEGIN
                IF position($from${from}$from$ IN shipped) = 0 THEN
                    RAISE EXCEPTION '{function} has changed: plant the bug anew';
                END IF;
                EXECUTE replace(shipped, $from${from}$from$, $to${to}$to$);
            END
            $plant$
            """;
}
