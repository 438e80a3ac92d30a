using System.Globalization;
using System.Text;
using Bank131.Signing;
using Bank131.Simulator.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace Bank131.Simulator.Tests.Equivalence;

/// <summary>
/// What the simulation proves, it proves against the bank's core. Here random errands go to the core and, over HTTP with
/// real signatures, to the program: both give the same answers, do the same, and send the same webhooks.
/// PAYOUTS_BANK_ERRANDS plays that many new lists; PAYOUTS_BANK_REPLAY begins with the one whose seed and size a failure
/// printed as those of its last step.
/// </summary>
[NonParallelizable]
internal sealed class EquivalenceTests
{
    private const int Usual = 60;

    // The normal run plays the same lists each time.
    private const string UsualSeed = "131,2027";

    private readonly SigningKey _key = SigningKey.FromPem(Keys.Partner.Private);
    private readonly HashSet<string> _seen = [];

    [OneTimeTearDown]
    public void Dispose() => _key.Dispose();

    [Test]
    public void The_program_does_over_HTTP_what_its_core_does()
    {
        var more = Environment.GetEnvironmentVariable("PAYOUTS_BANK_ERRANDS");
        var replay = Environment.GetEnvironmentVariable("PAYOUTS_BANK_REPLAY");
        var lists = more is null ? Usual : int.Parse(more, CultureInfo.InvariantCulture);
        var config = Config.QuickThrowOnFailure.WithMaxTest(lists).WithQuietOnSuccess(true);
        if ((replay ?? (more is null ? UsualSeed : null)) is { } seed)
        {
            var parts = seed.Trim('(', ')').Split(',').Select(ulong.Parse).ToArray();
            config =
                parts.Length > 2
                    ? config.WithReplay(parts[0], parts[1], (int)parts[2])
                    : config.WithReplay(parts[0], parts[1]);
        }
        Check.One(config, Prop.ForAll(Errands.Any, errands => RunAsync(errands).GetAwaiter().GetResult()));

        TestContext.Out.WriteLine($"{lists} lists of errands; the bank's doings: {string.Join(' ', _seen.Order())}");
        if (replay is null && lists >= Usual)
            Assert.That(
                _seen,
                // How many calls a second are too many is a matter of real time, which the core does not know.
                Is.SupersetOf(Enum.GetNames<BankEventKind>().Except([nameof(BankEventKind.TooMany)])),
                "errands that bring nothing about prove little"
            );
    }

    private async Task<bool> RunAsync(Errands errands)
    {
        await using var partner = await Partner.StartAsync();
        var time = new ManualTime();
        var options = Options(errands.Habits, partner.WebhookUrl);
        using var core = new CoreBank(options, time);
        await using var program = await HttpBank.StartAsync(options, time, partner, _key);
        for (var i = 0; i < errands.All.Count; i++)
        {
            var errand = errands.All[i];
            if (Call.Of(errand, core.Shown) is { } call)
            {
                var expected = core.Send(call);
                var got = await program.SendAsync(call);
                if (expected.Status != got.Status || !expected.Body.AsSpan().SequenceEqual(got.Body))
                    throw new InvalidOperationException(
                        $"errand {i + 1}, {errand}: expected HTTP {Text(expected)}, the program says HTTP {Text(got)}"
                    );
            }
            else
            {
                Do(errand, time, core, partner, program.Bank);
                core.Settle();
            }
            await program.SettleAsync(core, $"errand {i + 1}, {errand}");
        }
        _seen.UnionWith(core.Events.Select(happened => happened.Kind.ToString()));
        return true;
    }

    private static void Do(Errand errand, ManualTime time, CoreBank core, Partner partner, BankSimulator program)
    {
        switch (errand)
        {
            case Errand.Pass pass:
                time.Pass(TimeSpan.FromSeconds(pass.Seconds) + TimeSpan.FromMilliseconds(7));
                break;
            case Errand.Script script:
                var payout = new PayoutScript(Call.Account(script.Payee))
                {
                    Outcome = script.Outcome,
                    ResolvesAfter = TimeSpan.FromSeconds(50),
                    ResolvesPaid = script.ComesBack,
                    Returns = script.ComesBack ? [new ReturnScript(TimeSpan.FromSeconds(30), 100)] : [],
                    SecondPayout = script.PaysTwice,
                };
                core.Machine.Script(payout);
                program.Script(payout);
                break;
            case Errand.BreakCall broken:
                var fault = new CallFault(broken.Kind) { Delay = TimeSpan.FromMilliseconds(5) };
                core.Machine.Script(fault);
                program.Script(fault);
                break;
            case Errand.BreakWebhook broken:
                var webhook = new WebhookFault(broken.Kind) { Times = 1 };
                core.Machine.Script(webhook);
                program.Script(webhook);
                break;
            case Errand.AnswerWebhooks answer:
                core.WebhookAnswer = answer.HttpStatus;
                partner.Answer = _ => answer.HttpStatus;
                break;
        }
    }

    private static SimulatorOptions Options(int habits, Uri webhooks) =>
        new()
        {
            BankPrivateKeyPem = Keys.Bank.Private,
            Projects =
            [
                new(Call.Manual, Keys.Partner.Public, AutoConfirm: false, webhooks),
                new(Call.Automatic, Keys.Partner.Public, AutoConfirm: true, webhooks),
            ],
            Policies = new BankPolicies
            {
                SecondStart = (SecondStart)(habits & 1),
                DuplicateKey = (DuplicateKey)(habits % 3),
                SecondConfirm = (SecondConfirm)((habits >> 1) & 1),
                WebhookNames = habits % 3,
                HttpStatus = (habits & 4) == 0 ? 400 : 200,
                HttpStatuses = new Dictionary<string, int> { ["authentication_error"] = 401 },
                RefusedKeyIsUsed = (habits & 8) == 0,
            },
        };

    private static string Text((int Status, byte[] Body) answer) =>
        $"{answer.Status} {Encoding.UTF8.GetString(answer.Body)}";
}
