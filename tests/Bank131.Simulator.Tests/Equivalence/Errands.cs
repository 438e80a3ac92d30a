using FsCheck;
using FsCheck.Fluent;

namespace Bank131.Simulator.Tests.Equivalence;

/// <summary>Errands in their order, and the bank's habits; printed so that a counterexample can be read.</summary>
internal sealed record Errands(int Habits, IReadOnlyList<Errand> All)
{
    public const int HabitsMax = 15;

    public static Arbitrary<Errands> Any => Arb.From(Lists(), Shrunk);

    public override string ToString() =>
        $"habits {Habits}\n" + string.Join('\n', All.Select((one, i) => $"  {i + 1, 3}. {one}"));

    // A payment that comes back, undisturbed; a list leaves it anywhere.
    private static readonly Errand[] Straight =
    [
        new Errand.Script(0, Outcome.Pay, ComesBack: true, PaysTwice: false),
        new Errand.Create(0),
        new Errand.Start(0, 0, 0, IsBroken: false),
        new Errand.Pass(1),
        new Errand.Confirm(0, 0, Information.AsShown),
        new Errand.Pass(3),
    ];

    private static Gen<Errands> Lists() =>
        from habits in Gen.Choose(0, HabitsMax)
        from straight in Gen.Choose(0, Straight.Length)
        from length in Gen.Choose(10, 50)
        from all in Gen.ListOf(One(), length)
        select new Errands(habits, [.. Straight.Take(straight), .. all]);

    private static Gen<Errand> One() =>
        Gen.Frequency(
            (4, Keys().Select(Errand (key) => new Errand.Create(key))),
            (5, Starts()),
            (2, Inits()),
            (4, Confirms()),
            (1, from session in Some() from key in Keys() select (Errand)new Errand.Cancel(session, key)),
            (3, Some().Select(Errand (session) => new Errand.Status(session))),
            (1, from kind in Each<Intrusion>() from session in Some() select (Errand)new Errand.Intrude(kind, session)),
            (5, Gen.Elements(0, 1, 3, 60, 20_000).Select(Errand (seconds) => new Errand.Pass(seconds))),
            (1, Scripts()),
            (1, Each<CallFaultKind>().Select(Errand (kind) => new Errand.BreakCall(kind))),
            (1, Each<WebhookFaultKind>().Select(Errand (kind) => new Errand.BreakWebhook(kind))),
            (1, Gen.Elements(200, 200, 500).Select(Errand (http) => new Errand.AnswerWebhooks(http)))
        );

    private static Gen<Errand> Starts() =>
        from session in Some()
        from payee in Some()
        from key in Keys()
        from broken in Gen.Choose(1, 10)
        select (Errand)new Errand.Start(session, payee, key, broken == 1);

    private static Gen<Errand> Inits() =>
        from payee in Some()
        from key in Keys()
        from card in Gen.Elements(true, false)
        select (Errand)new Errand.Init(payee, key, card);

    private static Gen<Errand> Confirms() =>
        from session in Some()
        from key in Keys()
        from information in Gen.Elements(
            Information.AsShown,
            Information.AsShown,
            Information.None,
            Information.Changed
        )
        select (Errand)new Errand.Confirm(session, key, information);

    private static Gen<Errand> Scripts() =>
        from payee in Some()
        from outcome in Gen.Frequency((2, Gen.Constant(Outcome.Pay)), (3, Each<Outcome>()))
        from back in Gen.Elements(true, false)
        from twice in Gen.Choose(1, 6)
        select (Errand)new Errand.Script(payee, outcome, back, twice == 1);

    private static Gen<int> Some() => Gen.Choose(0, 4);

    // Mostly a key of its own, sometimes one that was there.
    private static Gen<int> Keys() => Gen.Frequency((1, Gen.Choose(0, 5)), (3, Gen.Choose(6, 9_999)));

    private static Gen<T> Each<T>()
        where T : struct, Enum => Gen.Elements(Enum.GetValues<T>());

    private static IEnumerable<Errands> Shrunk(Errands errands)
    {
        var all = errands.All;
        for (var size = all.Count / 2; size > 0; size /= 2)
        for (var from = 0; from + size <= all.Count; from += size)
            yield return errands with
            {
                All = [.. all.Take(from), .. all.Skip(from + size)],
            };
    }
}
