using System.Security.Cryptography;
using System.Text;
using Bank131.Simulator.Tests.Support;

namespace Bank131.Simulator.Tests;

internal sealed class DeterminismTests
{
    [Test]
    public void The_same_seed_and_calls_give_the_same_bytes()
    {
        var (first, second) = (Run(seed: 7), Run(seed: 7));
        Assert.That(second, Is.EqualTo(first));
    }

    [Test]
    public void Another_seed_gives_other_faults() => Assert.That(Run(seed: 7), Is.Not.EqualTo(Run(seed: 8)));

    [Test]
    public void Chance_strikes_about_as_often_as_asked()
    {
        using var bank = new Counter(change: o => o with { RandomFaults = Faults(seed: 1) });
        for (var i = 0; i < 2000; i++)
            bank.Call(Messages.BankPath.CreateRko, "{}");
        var struck = bank.Events.Count(e => e.Kind == BankEventKind.Fault);
        Assert.That(struck, Is.InRange(350, 450), "a tenth each of two kinds");
    }

    // Everything the bank says and does in a run of 200 payouts, as one hash.
    private static string Run(int seed)
    {
        using var bank = new Counter(change: o => o with { RandomFaults = Faults(seed) });
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 1; i <= 200; i++)
        {
            var id = $"ps_{i}";
            Add(bank.Call(Messages.BankPath.CreateRko, "{}"));
            Add(bank.Start(id, account: $"408178104000038{i:00000}"));
            bank.Run(TimeSpan.FromSeconds(1));
            Add(bank.Confirm(id, "{}"));
            bank.Run(TimeSpan.FromSeconds(3));
        }
        bank.Run(TimeSpan.FromHours(5));
        foreach (var delivery in bank.Sent)
            hash.AppendData(delivery.Body);
        foreach (var happened in bank.Events)
            hash.AppendData(Encoding.UTF8.GetBytes(happened.ToString()));
        return Convert.ToHexString(hash.GetHashAndReset());

        void Add(BankReply reply)
        {
            hash.AppendData(reply.Body);
            hash.AppendData(Encoding.UTF8.GetBytes($"{reply.HttpStatus} {reply.Fate} {reply.Delay}"));
        }
    }

    private static RandomFaults Faults(int seed) =>
        new(seed)
        {
            Calls = new Dictionary<CallFaultKind, double>
            {
                [CallFaultKind.AnswerLost] = 0.1,
                [CallFaultKind.Doubled] = 0.1,
            },
            Webhooks = new Dictionary<WebhookFaultKind, double>
            {
                [WebhookFaultKind.Delayed] = 0.2,
                [WebhookFaultKind.Doubled] = 0.2,
            },
            Outcomes = new Dictionary<Outcome, double> { [Outcome.FailCheck] = 0.1, [Outcome.Error] = 0.1 },
            Returned = 0.1,
        };
}
