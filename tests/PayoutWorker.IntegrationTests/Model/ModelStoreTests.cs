using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Model;

/// <summary>
/// The simulation stands or falls with its model of the database. Here random commands go to the model and to the
/// store that ships, and after each of them both have said the same and hold the same rows.
/// </summary>
[NonParallelizable]
internal sealed class ModelStoreTests
{
    private static readonly TimeSpan FirstReturnWatch = Setting.Policy.Timings.ReturnWatch[0];
    private readonly HashSet<string> _reached = [];
    private VirtualClock _clock = null!;

    [OneTimeSetUp]
    public async Task CreateAsync() => _clock = await VirtualClock.CreateAsync();

    [OneTimeTearDown]
    public async Task DropAsync() => await _clock.DisposeAsync();

    [Test]
    public void The_model_says_and_keeps_what_PostgreSQL_says_and_keeps()
    {
        var scripts = Number("PAYOUTS_MODEL_SCRIPTS") ?? 40;
        var config = Config.QuickThrowOnFailure.WithMaxTest((int)scripts).WithQuietOnSuccess(true);
        // As a failure prints it: (seed,gamma,size).
        if (Environment.GetEnvironmentVariable("PAYOUTS_MODEL_REPLAY") is { Length: > 0 } replay)
        {
            var parts = replay.Trim('(', ')').Split(',').Select(ulong.Parse).ToArray();
            config = config.WithReplay(parts[0], parts[1], (int)parts.ElementAtOrDefault(2));
        }
        Check.One(config, Prop.ForAll(Script.Any, script => PlayAsync(script).GetAwaiter().GetResult()));
        TestContext.Out.WriteLine($"{scripts} scripts, states reached: {string.Join(' ', _reached.Order())}");
        if (scripts >= 30)
            Assert.That(
                _reached,
                Is.SupersetOf(Enum.GetValues<PayoutState>().Select(state => state.Text())),
                "scripts that do not come far prove little"
            );
    }

    // Throws with the difference; FsCheck then looks for the shortest script that still has one.
    private async Task<bool> PlayAsync(Script script)
    {
        await _clock.EmptyAsync();
        var (model, postgres) = (new ModelSide(FirstReturnWatch), new PostgresSide(_clock, FirstReturnWatch));
        var (inModel, inPostgres) = (new Player(model), new Player(postgres));
        for (var i = 0; i < script.Commands.Count; i++)
        {
            var command = script.Commands[i];
            if (i == 0 && command is not Command.Insert)
                return true;
            var said = (Model: await inModel.PlayAsync(command), Postgres: await inPostgres.PlayAsync(command));
            Compare(i, command, "answer", said.Postgres.Split('\n'), said.Model.Split('\n'));
            Compare(i, command, "rows", await postgres.RowsAsync(), await model.RowsAsync());
            foreach (var payout in await model.ReadAllAsync())
                _reached.Add(payout.State.Text());
            if (model.Watch.Contradictions is [var first, ..])
                throw new InvalidOperationException($"after command {i + 1}, {command}: {first}");
        }
        return true;
    }

    private static void Compare(
        int i,
        Command command,
        string what,
        IReadOnlyList<string> postgres,
        IReadOnlyList<string> model
    )
    {
        if (postgres.SequenceEqual(model))
            return;
        var lines = postgres.Except(model).Select(line => $"  PostgreSQL: {line}")
            .Concat(model.Except(postgres).Select(line => $"  model:      {line}"));
        throw new InvalidOperationException(
            $"after command {i + 1}, {command}, the {what} differ:\n{string.Join('\n', lines)}"
        );
    }

    private static long? Number(string variable) =>
        long.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
