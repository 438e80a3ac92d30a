using FsCheck;
using FsCheck.Fluent;
using PayoutWorker.Payouts;
using Stop = PayoutWorker.IntegrationTests.Model.Command.Stop;

namespace PayoutWorker.IntegrationTests.Model;

/// <summary>Commands in their order; printed so that a counterexample can be read.</summary>
internal sealed record Script(IReadOnlyList<Command> Commands)
{
    private const int LeastCommands = 20;
    private const int MostCommands = 70;

    private static readonly int[] Waits =
    [
        1,
        700,
        2_000,
        5_000,
        31_000,
        61_000,
        101_000,
        900_000,
        3_700_000,
        90_000_000,
    ];

    public override string ToString() => "\n" + string.Join('\n', Commands.Select((c, i) => $"  {i + 1, 3}. {c}"));

    public static Arbitrary<Script> Any { get; } = Arb.From(Scripts(), Shrunk);

    // The way of a payout that nothing disturbs; a script leaves it anywhere.
    private static readonly Command[] Straight =
    [
        new Command.Claim(0, 50, 100, false, 0, false),
        new Command.Answer(0, 0, Reply.Taken, Step.Create, true),
        new Command.Answer(0, 0, Reply.Taken, Step.Start, true),
        new Command.Webhook(0, Shown.AwaitsConfirm, 0, false, false),
        new Command.ApplyInbox(50, 0),
        new Command.Claim(0, 50, 100, false, 0, false),
        new Command.Drive(0, 0),
        new Command.Answer(0, 0, Reply.Taken, Step.Confirm, true),
    ];

    private static Gen<Script> Scripts() =>
        from kind in Gen.Elements(Enum.GetValues<OrderKind>())
        from straight in Gen.Choose(0, Straight.Length)
        from length in Gen.Choose(LeastCommands, MostCommands)
        from rest in Gen.ListOf(Commanded(), length)
        select new Script([new Command.Insert(kind, 0, 0), .. Straight.Take(straight), .. rest]);

    private static Gen<Command> Commanded() =>
        Gen.Frequency(
            (1, Gen.Elements(Enum.GetValues<OrderKind>()).SelectMany(Inserted)),
            (4, Gen.Elements(Waits).Select(Command (ms) => new Command.Pass(ms))),
            (5, Claims()),
            (7, Where().Select(Command (at) => new Command.Drive(at.Worker, at.Payout))),
            (6, Answers()),
            (5, Looks()),
            (
                1,
                from at in Where()
                from refused in Yes(3)
                select (Command)new Command.LookInVain(at.Worker, at.Payout, refused)
            ),
            (5, Webhooks()),
            (
                4,
                from limit in Gen.Elements(1, 2, 50)
                from late in Yes(10)
                select (Command)new Command.ApplyInbox(limit, late ? 10 : 0)
            ),
            (
                2,
                from at in Where()
                from wish in Gen.Elements(Enum.GetValues<Wish>())
                select (Command)new Command.Request(at.Payout, wish)
            ),
            (1, Gen.Choose(0, 5).Select(Command (scope) => new Stop(scope))),
            (2, Gen.Choose(0, 5).Select(Command (scope) => new Command.Resume(scope))),
            (1, Gen.Elements(true, true, false).Select(Command (answered) => new Command.WatchReturns(answered))),
            (
                1,
                from at in Where()
                from fault in Gen.Elements(Enum.GetValues<Fault>())
                select (Command)new Command.Meddle(at.Worker, at.Payout, fault)
            )
        );

    private static Gen<Command> Inserted(OrderKind kind) =>
        from priority in Gen.Choose(0, 2)
        from later in Yes(8)
        select (Command)new Command.Insert(kind, priority, later ? 60 : 0);

    private static Gen<Command> Claims() =>
        from other in Yes(5)
        from slots in Gen.Elements(1, 2, 5, 50)
        from full in Yes(6)
        from suspects in Yes(6)
        from late in Yes(8)
        from paused in Yes(12)
        select (Command)new Command.Claim(other ? 1 : 0, slots, full ? 2 : 100, suspects, late ? 10 : 0, paused);

    // Mostly what brings a payout on, or it would seldom come far.
    private static Gen<Command> Answers() =>
        from at in Where()
        from other in Yes(2)
        from reply in Gen.Elements(Enum.GetValues<Reply>())
        from step in Gen.Elements(Enum.GetValues<Step>())
        from knows in Yes(2)
        select (Command)new Command.Answer(at.Worker, at.Payout, other ? reply : Reply.Taken, step, knows);

    private static Gen<Command> Looks() =>
        from at in Where()
        from shown in Words()
        from age in Gen.Elements(5, 400, 3_000)
        from old in Yes(8)
        select (Command)new Command.Look(at.Worker, at.Payout, shown, age, old);

    private static Gen<Command> Webhooks() =>
        from at in Where()
        from shown in Words()
        from attempt in Gen.Choose(0, 1)
        from reference in Yes(2)
        from old in Yes(8)
        select (Command)new Command.Webhook(at.Payout, shown, attempt, reference, old);

    private static Gen<Shown> Words() =>
        Gen.Frequency(
            (3, Gen.Constant(Shown.AwaitsConfirm)),
            (2, Gen.Constant(Shown.Paid)),
            (2, Gen.Constant(Shown.Working)),
            (7, Gen.Elements(Enum.GetValues<Shown>()))
        );

    private static Gen<(int Worker, int Payout)> Where() =>
        from other in Yes(5)
        from payout in Gen.Choose(0, 3)
        select (other ? 1 : 0, payout);

    /// <summary>True once in so many.</summary>
    private static Gen<bool> Yes(int once) => Gen.Choose(1, once).Select(n => n == 1);

    // Half of it, a quarter, at last single commands are left out.
    private static IEnumerable<Script> Shrunk(Script script)
    {
        var all = script.Commands;
        for (var size = all.Count / 2; size > 0; size /= 2)
        for (var from = 0; from + size <= all.Count; from += size)
            yield return new Script([.. all.Take(from), .. all.Skip(from + size)]);
    }
}
