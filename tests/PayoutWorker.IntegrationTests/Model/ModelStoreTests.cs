using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using PayoutWorker.Payouts;

namespace PayoutWorker.IntegrationTests.Model;

/// <summary>
/// The simulation stands or falls with its model of the database. Here random commands go to the model and to the
/// store that ships, and after each of them both have said the same and hold the same rows.
/// PAYOUTS_MODEL_SCRIPTS plays that many new scripts; PAYOUTS_MODEL_REPLAY begins with the one whose seed and size a
/// failure printed as those of its last step, e.g. <c>(3397416791399245382,15519114376518160673,3)</c>.
/// </summary>
[NonParallelizable]
internal sealed class ModelStoreTests
{
    private const int Scripts = 36;

    // The normal run plays the same scripts each time.
    private const string Usual = "131,2027";

    private readonly HashSet<PayoutState> _reached = [];
    private VirtualClock _clock = null!;

    [OneTimeSetUp]
    public async Task CreateAsync() => _clock = await VirtualClock.CreateAsync();

    [OneTimeTearDown]
    public async Task DropAsync() => await _clock.DisposeAsync();

    [Test]
    public void The_model_says_and_keeps_what_PostgreSQL_says_and_keeps()
    {
        var more = Environment.GetEnvironmentVariable("PAYOUTS_MODEL_SCRIPTS");
        var replay = Environment.GetEnvironmentVariable("PAYOUTS_MODEL_REPLAY");
        var scripts = more is null ? Scripts : int.Parse(more, CultureInfo.InvariantCulture);
        var config = Config.QuickThrowOnFailure.WithMaxTest(scripts).WithQuietOnSuccess(true);
        if ((replay ?? (more is null ? Usual : null)) is { } seed)
        {
            var parts = seed.Trim('(', ')').Split(',').Select(ulong.Parse).ToArray();
            config =
                parts.Length > 2
                    ? config.WithReplay(parts[0], parts[1], (int)parts[2])
                    : config.WithReplay(parts[0], parts[1]);
        }

        // FsCheck prints the seed, and looks for the shortest script that still differs.
        Check.One(config, Prop.ForAll(Script.Any, script => PlayAsync(script).GetAwaiter().GetResult()));

        TestContext.Out.WriteLine($"{scripts} scripts, states reached: {string.Join(' ', _reached.Order())}");
        if (replay is null && scripts >= Scripts)
            Assert.That(
                _reached,
                Is.EquivalentTo(Enum.GetValues<PayoutState>()),
                "scripts that do not come far prove little"
            );
    }

    private async Task<bool> PlayAsync(Script script) =>
        await ModelRun.PlayAsync(_clock, script, _reached) is { } difference
            ? throw new InvalidOperationException(difference)
            : true;
}
