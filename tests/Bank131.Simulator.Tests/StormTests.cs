using Bank131.Messages;
using Bank131.Simulator.Tests.Support;
using Bank131.Views;

namespace Bank131.Simulator.Tests;

/// <summary>Everything goes wrong at once, and the bank's books still agree with what the bank says.</summary>
internal sealed class StormTests
{
    [Test]
    public void The_ledger_holds_what_status_calls_succeeded_and_nothing_else([Range(1, 20)] int seed)
    {
        var policies = new BankPolicies
        {
            SecondStart = seed % 2 == 0 ? SecondStart.AddPayout : SecondStart.Refuse,
            FailedSession = seed % 3 == 0 ? FailedSession.Error : FailedSession.Cancelled,
            DuplicateKey = (DuplicateKey)(seed % 3),
        };
        using var bank = new Counter(policies, o => o with { RandomFaults = Everything(seed) }) { WebhookAnswer = 500 };
        Drive(bank, new Random(seed));
        bank.Bank.Script((RandomFaults?)null);
        bank.Run(TimeSpan.FromDays(2));

        var shown = bank.Bank.Sessions.Select(s => Counter.View(bank.Bank.Show(s.Id)!)!).ToList();
        var paid = shown.SelectMany(s => s.Payouts).Where(p => p.Status == PayoutStatus.Succeeded).ToList();
        var ledger = bank.Bank.Ledger.All();
        Assert.Multiple(() =>
        {
            Assert.That(ledger.Select(e => e.PayoutId), Is.EquivalentTo(paid.Select(p => p.Id)));
            Assert.That(ledger.Sum(e => e.RefundedAmount), Is.EqualTo(paid.Sum(p => p.RefundedAmount)));
            Assert.That(ledger, Has.Count.GreaterThan(10));
            Assert.That(bank.Bank.Ledger.Total, Is.EqualTo(ledger.Sum(e => e.Amount)));
            Assert.That(bank.Events.Count(e => e.Kind == BankEventKind.Settled), Is.EqualTo(ledger.Count));
            Assert.That(ledger.Where(e => !e.Automatic && e.Confirms == 0), Is.All.Matches<LedgerEntry>(Excused));
        });

        // Only a script may pay without a confirm: after a cancel, or late.
        bool Excused(LedgerEntry entry) =>
            bank.Bank.Sessions.Single(s => s.Id == entry.SessionId).Payouts[0].Script?.Script
                is { PaysDespiteCancel: true }
                    or { LateSuccessAfter: not null };
    }

    private static void Drive(Counter bank, Random random)
    {
        for (var i = 1; i <= 300; i++)
        {
            var project = random.Next(3) == 0 ? "card" : "rko";
            bank.Call(BankPath.CreateRko, "{}", $"c{i % 250}", project);
            var id = $"ps_{random.Next(1, bank.Bank.Sessions.Count + 2)}";
            var account = $"4081781040000{random.Next(50):0000000}";
            bank.Call(BankPath.StartRko, Counter.StartBody(id, account), $"s{i}", project);
            bank.Run(TimeSpan.FromSeconds(random.NextDouble() * 3));
            var about = bank.Bank.Show(id) is { } body ? Counter.View(body)?.ConfirmInformation : null;
            var decide = $$"""{"session_id":"{{id}}","confirm_information":{{about ?? "{}"}}}""";
            bank.Call(random.Next(5) == 0 ? BankPath.Cancel : BankPath.Confirm, decide, $"d{i}", project);
            bank.Run(TimeSpan.FromMinutes(random.NextDouble() * 3));
        }
    }

    private static RandomFaults Everything(int seed) =>
        new(seed)
        {
            Calls = Enum.GetValues<CallFaultKind>().ToDictionary(k => k, _ => 0.02),
            Webhooks = Enum.GetValues<WebhookFaultKind>().ToDictionary(k => k, _ => 0.05),
            Outcomes = Enum.GetValues<Outcome>().ToDictionary(k => k, _ => 0.05),
            Returned = 0.1,
            SometimesSilent = true,
            Scripts =
            [
                new(0.05, new("any") { SecondPayout = true }),
                new(0.05, new("any") { PaysDespiteCancel = true }),
                new(0.05, new("any") { Outcome = Outcome.FailCheck, LateSuccessAfter = TimeSpan.FromHours(1) }),
                new(0.05, new("any") { Mismatches = [new(MismatchField.Amount), new(MismatchField.Bik)] }),
                new(0.05, new("any") { Returns = [new(TimeSpan.FromMinutes(1), 5), new(TimeSpan.FromHours(1), 7)] }),
            ],
        };
}
