using Bank131.Simulator;
using PayoutWorker.Lab.Towns;

namespace PayoutWorker.Lab.Chaos.Orders;

/// <summary>What a seed decides beforehand: the orders, and how often bank and network fail.</summary>
internal static class ChaosPlan
{
    public static IReadOnlyList<ChaosOrder> Orders(int count, Random random) =>
        [.. Enumerable.Range(1, count).Select(i => Order(i, random))];

    /// <summary>Habits that the bank's pages leave open.</summary>
    public static BankPolicies Habits(Random random) =>
        new()
        {
            DuplicateKey = random.Next(3) == 0 ? DuplicateKey.Replay : DuplicateKey.Refuse,
            SecondConfirm = random.Next(2) == 0 ? SecondConfirm.Refuse : SecondConfirm.AcceptQuietly,
            SecondStart = random.Next(2) == 0 ? SecondStart.Refuse : SecondStart.AddPayout,
            RefusedKeyIsUsed = random.Next(2) == 0,
            FinishedAfterCancel = random.Next(3) > 0,
            WebhookNames = random.Next(3),
        };

    /// <summary>What goes wrong at the bank by chance.</summary>
    public static RandomFaults BankFaults(int seed) =>
        new(seed)
        {
            Calls = new Dictionary<CallFaultKind, double>
            {
                [CallFaultKind.AnswerLost] = 0.01,
                [CallFaultKind.RequestLost] = 0.01,
                [CallFaultKind.ErrorBefore] = 0.005,
                [CallFaultKind.ErrorAfter] = 0.005,
                [CallFaultKind.TooManyRequests] = 0.001,
                [CallFaultKind.Slow] = 0.01,
                [CallFaultKind.Garbage] = 0.005,
                [CallFaultKind.Truncated] = 0.005,
                [CallFaultKind.LateDelivery] = 0.01,
                [CallFaultKind.Doubled] = 0.01,
                [CallFaultKind.Redirect] = 0.003,
            },
            Webhooks = new Dictionary<WebhookFaultKind, double>
            {
                [WebhookFaultKind.Lost] = 0.05,
                [WebhookFaultKind.Doubled] = 0.05,
                [WebhookFaultKind.Delayed] = 0.05,
                [WebhookFaultKind.Reordered] = 0.03,
                [WebhookFaultKind.BeforeAnswer] = 0.03,
                [WebhookFaultKind.Forged] = 0.02,
                [WebhookFaultKind.UnknownType] = 0.01,
            },
            Outcomes = new Dictionary<Outcome, double>
            {
                [Outcome.RefuseStart] = 0.01,
                [Outcome.FailCheck] = 0.015,
                [Outcome.FailAfterConfirm] = 0.015,
                [Outcome.Error] = 0.02,
            },
            Returned = 0.02,
            SometimesSilent = true,
            // Together with the proxy's longest pause still below the quarantine of 100 s.
            MaxDelay = TimeSpan.FromSeconds(30),
        };

    private static ChaosOrder Order(int i, Random random)
    {
        var flow = random.Next(100) switch
        {
            < 60 => ChaosFlow.Account,
            < 70 => ChaosFlow.AccountOneRequest,
            < 85 => ChaosFlow.Card,
            _ => ChaosFlow.CheckedCard,
        };
        var card = flow is ChaosFlow.Card or ChaosFlow.CheckedCard;
        var payee = card ? CardNumber.Of(i) : $"40817810{random.Next(1000):000}{i:000000000}";
        var order = new ChaosOrder($"CHAOS-{i:000000}", flow, payee, random.Next(100, 5_000_000));
        return random.Next(1000) switch
        {
            < 8 when !card => order with { HasWrongBik = true },
            // Where the bank confirms by itself nobody can keep it from paying something else.
            < 20 when flow != ChaosFlow.Card => order with { Script = Mismatch(order, random) },
            < 26 when flow != ChaosFlow.Card => order with { Script = new PayoutScript(payee) { SecondPayout = true } },
            _ => order,
        };
    }

    private static PayoutScript Mismatch(ChaosOrder order, Random random)
    {
        MismatchField[] fields = order.IsCard
            ? [MismatchField.Amount]
            : [MismatchField.Amount, MismatchField.Account, MismatchField.Bik];
        return new PayoutScript(order.Payee) { Mismatches = [new Mismatch(fields[random.Next(fields.Length)])] };
    }
}
