using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Model;

/// <summary>Plays one script on the model and on PostgreSQL, and compares after each command.</summary>
internal static class ModelRun
{
    private static readonly TimeSpan FirstReturnWatch = Setting.Policy.Timings.ReturnWatch[0];

    /// <param name="reached">Gets every state that a payout came to.</param>
    /// <returns>What differs and after which command; null when nothing does.</returns>
    public static async Task<string?> PlayAsync(VirtualClock clock, Script script, ISet<PayoutState>? reached = null)
    {
        // A script without an order, which shrinking may make, has nothing to say.
        if (script.Commands is not [Command.Insert, ..])
            return null;
        await clock.EmptyAsync();
        var (model, postgres) = (new ModelSide(FirstReturnWatch), new PostgresSide(clock, FirstReturnWatch));
        var (inModel, inPostgres) = (new Player(model), new Player(postgres));
        for (var i = 0; i < script.Commands.Count; i++)
        {
            var command = script.Commands[i];
            var expected = await inModel.PlayAsync(command);
            var got = await TryAsync(() => inPostgres.PlayAsync(command));
            var difference =
                Difference("answers", got.Split('\n'), expected.Split('\n'))
                ?? Difference("rows", await postgres.RowsAsync(), await model.RowsAsync())
                ?? model.Watch.Contradictions.FirstOrDefault();
            if (difference is not null)
                return $"after command {i + 1}, {command}, {difference}";
            if (reached is not null)
                reached.UnionWith((await model.ReadAllAsync()).Select(payout => payout.State));
        }
        return null;
    }

    private static async Task<string> TryAsync(Func<Task<string>> play)
    {
        try
        {
            return await play();
        }
        catch (Exception e)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }

    private static string? Difference(string what, IReadOnlyList<string> postgres, IReadOnlyList<string> model)
    {
        if (postgres.SequenceEqual(model))
            return null;
        var lines = postgres
            .Except(model)
            .Select(line => $"  PostgreSQL: {line}")
            .Concat(model.Except(postgres).Select(line => $"  model:      {line}"));
        return $"the {what} differ:\n{string.Join('\n', lines)}";
    }
}
