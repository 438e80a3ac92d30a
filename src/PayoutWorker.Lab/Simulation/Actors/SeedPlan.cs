using System.Security.Cryptography;
using PayoutWorker.Cards;
using PayoutWorker.Decisions;
using PayoutWorker.Payouts;
using PayoutWorker.Projects;
using Sim = Bank131.Simulator;

namespace PayoutWorker.Lab.Simulation.Actors;

/// <summary>All that a seed fixes before anything runs.</summary>
internal sealed record SeedPlan
{
    public const string AccountProject = "rko";
    public const string CardProject = "card";
    public const string AutoProject = "card_auto";
    public const string Sender = "40702810900000000131";
    public const string AutoSender = "40702810900000000132";
    public const int MaxOrders = 8;

    // Keys of a length that no production would use: opening a card is most of a seed's work.
    private static readonly RSA Key = RSA.Create(1024);
    private static readonly byte[][] Sealed =
    [
        .. Enumerable.Range(0, MaxOrders).Select(i => CardSeal.Seal(Card(i), ErpKey(i), Key)),
    ];

    public static CardSeal Cards { get; } = new([Key.ExportPkcs8PrivateKeyPem()], new byte[32]);

    public static IReadOnlyList<Route> Routes { get; } =
    [
        new(Method.Account, null, AccountProject),
        new(Method.Card, null, CardProject),
        new(Method.Card, AutoSender, AutoProject),
    ];

    public required int Seed { get; init; }
    public required int Workers { get; init; }
    public required int Slots { get; init; }
    public required int InProgressMax { get; init; }
    public required double FaultRate { get; init; }
    public required int FaultBudget { get; init; }
    public required TimeSpan Faults { get; init; }
    public required Policy Policy { get; init; }
    public required Sim.SimulatorOptions Bank { get; init; }
    public required IReadOnlyList<OrderPlan> Orders { get; init; }

    /// <summary>When the database goes back to a backup, and how old that is then; null: it does not.</summary>
    public (TimeSpan At, TimeSpan Age)? Restore { get; init; }

    /// <summary>The bank neither looks at keys nor minds a second start: each copy of it is a payout more.</summary>
    public bool IsKeyless =>
        Bank.Policies is { DuplicateKey: Sim.DuplicateKey.Ignore, SecondStart: Sim.SecondStart.AddPayout };

    /// <summary>Some payouts are checked so fast that the bank asks for the confirm before it answers the start.</summary>
    public bool AsksBeforeAnswering =>
        Orders.Any(order => order.Script!.WebhookFaults.Any(fault => fault.Kind == Sim.WebhookFaultKind.BeforeAnswer));

    public static string ErpKey(int i) => $"erp-{i:0000}";

    public static string Card(int i) => $"22003301234567{i:00}";

    public static byte[] SealedCard(int i) => Sealed[i];
}
