using System.Text.Json;
using PayoutWorker.Decisions;

namespace PayoutWorker.Audit;

/// <summary>Compares everything of one payout with its chain. Pure: no database, no clock.</summary>
internal sealed class PayoutCheck(RunTimes times, AuditTally tally, Action<Finding> report)
{
    // A transaction that stays open for longer than this looks like a line that was written into the past.
    private static readonly TimeSpan Late = TimeSpan.FromHours(1);

    private readonly record struct Sealed(byte[] Digest, int N, long Run);

    public void Check(long id, IReadOnlyList<SealRow> seals, IReadOnlyList<ItemRow> items)
    {
        tally.Payouts++;
        tally.Seals += seals.Count;
        var live = items.ToDictionary(item => item.Item);
        var covered = Chain(id, seals, live);
        // The result and what belongs to it may be newer than the last seal.
        var moves = items.Any(item => item.Item[0] == 'e' && !item.WasSeen && !covered.ContainsKey(item.Item));
        List<string> changed = [];
        foreach (var (item, seal) in covered)
            if (!live.TryGetValue(item, out var now))
                Missing(id, item, seal, covered, moves);
            else if (!Hashes.Digest(now.Covered).AsSpan().SequenceEqual(seal.Digest))
            {
                if (
                    !(item == "p" && IsErased(now, seal, covered, live))
                    && !(moves && item[0] is 'r' or 's' or 'a' or 'c')
                )
                    changed.Add(item);
            }
            else if (item[0] == 'e' && now.At < times.Before(seal.Run) - Late)
                Report("inserted", id, $"{ItemName.Of(item)} is of {now.At:u}, and was not there when that was sealed");
        Changed(id, changed, covered, live);
        foreach (var item in items.Where(item => !covered.ContainsKey(item.Item)))
            Unsealed(id, item, seals.Count > 0, covered);
        Erasures(id, seals, covered, live);
    }

    private Dictionary<string, Sealed> Chain(long id, IReadOnlyList<SealRow> seals, Dictionary<string, ItemRow> live)
    {
        Dictionary<string, Sealed> covered = [];
        var (expected, previous) = (1, (byte[]?)null);
        foreach (var seal in seals)
        {
            if (seal.N != expected)
                Report("removed", id, $"seal {expected}");
            var names = seal.Names;
            var isWhole = seal.Digests.Length == Hashes.DigestSize * names.Length && names.All(IsPlain);
            if (!isWhole || !Hashes.Chained(seal.Fields(previous)).AsSpan().SequenceEqual(seal.Hash))
                Report("changed", id, $"seal {seal.N} does not fit the chain");
            for (var i = 0; isWhole && i < names.Length; i++)
            {
                var (item, digest) = (names[i], seal.Digests[(i * Hashes.DigestSize)..((i + 1) * Hashes.DigestSize)]);
                if (
                    covered.TryGetValue(item, out var earlier)
                    && !earlier.Digest.AsSpan().SequenceEqual(digest)
                    && !(item[0] is 'r' or 's' && Moves(seal, live, item[0]))
                )
                    Report("changed", id, $"{ItemName.Of(item)}, before seal {seal.N} covered it anew");
                covered[item] = new Sealed(digest, seal.N, seal.RunId);
            }
            (expected, previous) = (seal.N + 1, seal.Hash);
        }
        return covered;
    }

    // A result or a session becomes another with a line of history that says so, and that is sealed with it.
    private static bool Moves(SealRow seal, Dictionary<string, ItemRow> live, char kind) =>
        seal.Names.Any(item =>
            item[0] == 'e'
            && (
                !live.TryGetValue(item, out var row)
                || (
                    Fields(row.Covered) is [_, _, _, _, var from, var to, var why, ..]
                    && (from != to || Tells(why, kind))
                )
            )
        );

    // Of a payout that stays what it is: a part that came back, or a session that was named late.
    private static bool Tells(string? why, char kind) =>
        why is not null
        && (
            why.EndsWith(Decision.CameBackSoFar, StringComparison.Ordinal)
            || kind == 's'
                && (
                    why.EndsWith(Decision.AfterItsEnd, StringComparison.Ordinal)
                    || why.EndsWith(Decision.CannotBe, StringComparison.Ordinal)
                )
        );

    private void Missing(long id, string item, Sealed seal, Dictionary<string, Sealed> covered, bool moves)
    {
        var isErased =
            ItemName.ErasedAs(item) is { } erasure && covered.TryGetValue(erasure, out var mark) && mark.N > seal.N;
        // Open again for a moment, as when a late success is being written.
        if (!isErased && !(moves && item == "r"))
            Report("removed", id, ItemName.Of(item));
    }

    private void Changed(
        long id,
        List<string> changed,
        Dictionary<string, Sealed> covered,
        Dictionary<string, ItemRow> live
    )
    {
        foreach (var item in changed)
        {
            var digest = Hashes.Digest(live[item].Covered);
            var other = changed.FirstOrDefault(o =>
                o != item && o[0] == item[0] && covered[o].Digest.AsSpan().SequenceEqual(digest)
            );
            if (other is null)
                Report("changed", id, ItemName.Of(item));
            else
                Report("reordered", id, $"{ItemName.Of(item)} holds what was sealed as {ItemName.Of(other)}");
        }
    }

    private void Unsealed(long id, ItemRow item, bool hasSeals, Dictionary<string, Sealed> covered)
    {
        switch (item.Item[0])
        {
            case 'e' when item.WasSeen || item.At < times.Newest - Late:
                Report("inserted", id, $"{ItemName.Of(item.Item)} of {item.At:u} is in no seal");
                break;
            case 'e':
                tally.Unsealed++;
                break;
            case 'x':
                Report("inserted", id, $"{ItemName.Of(item.Item)} is in no seal");
                break;
            case 'o' when hasSeals:
                Report("removed", id, "the seal of its order");
                break;
            case 'o':
                tally.Unstarted++;
                break;
            case 'p' or 'r':
                break;
            // A call that was sealed with its answer.
            case 'c' when covered.ContainsKey($"a{item.Item[1..]}"):
                break;
            default:
                tally.Late += hasSeals ? 1 : 0;
                break;
        }
    }

    private void Erasures(
        long id,
        IReadOnlyList<SealRow> seals,
        Dictionary<string, Sealed> covered,
        Dictionary<string, ItemRow> live
    )
    {
        foreach (var (item, mark) in covered.Where(pair => pair.Key[0] == 'x'))
        {
            tally.Erased[item[1..]] = tally.Erased.GetValueOrDefault(item[1..]) + 1;
            var last = seals.LastOrDefault(seal => seal.N < mark.N && !seal.IsErasure);
            if (
                last is null
                // Of other days than those that are checked.
                || !times.Knows(mark.Run)
                || !live.TryGetValue(item, out var row)
                || Fields(row.Covered) is not [_, _, _, { } text, _]
            )
                continue;
            // No month is shorter. History that came later is erased under the same mark, sealed anew: its seal says when.
            var months = int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
            if (months < 1 || times.Of(mark.Run) < times.Of(last.RunId).AddDays(28 * months))
                Report("removed", id, $"{ItemName.Of(item)} came before its time");
        }
    }

    // All of it is gone, and the digest that was left is the one that was sealed.
    private static bool IsErased(
        ItemRow now,
        Sealed seal,
        Dictionary<string, Sealed> covered,
        Dictionary<string, ItemRow> live
    ) =>
        covered.TryGetValue("xpersonal", out var mark)
        && mark.N > seal.N
        && live.TryGetValue("xpersonal", out var row)
        && Fields(row.Covered) is [_, _, _, _, { } kept]
        && kept == Hashes.Hex(seal.Digest)
        && Fields(now.Covered).Skip(2).All(field => field is null);

    private static string?[] Fields(string covered) => JsonSerializer.Deserialize<string?[]>(covered) ?? [];

    private static bool IsPlain(string item) =>
        item.Length > 0 && item.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_');

    private void Report(string kind, long id, string text) => report(new Finding(kind, id, text));
}
