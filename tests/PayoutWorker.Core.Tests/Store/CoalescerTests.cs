using PayoutWorker.Store;

namespace PayoutWorker.Core.Tests.Store;

internal sealed class CoalescerTests
{
    [Test]
    public async Task What_arrives_during_a_flush_is_the_next_flush()
    {
        var gate = new TaskCompletionSource();
        List<int> sizes = [];
        var coalescer = new Coalescer<int, int>(
            async items =>
            {
                lock (sizes)
                    sizes.Add(items.Count);
                await gate.Task;
                return items;
            },
            key: null,
            splits: _ => false
        );
        var first = coalescer.AddAsync(0);
        await WaitUntil(() => sizes.Count == 1);
        var others = Enumerable.Range(1, 100).Select(coalescer.AddAsync).ToArray();
        gate.SetResult();
        Assert.That(await first, Is.Zero);
        Assert.That(await Task.WhenAll(others), Is.EqualTo(Enumerable.Range(1, 100)), "each gets its own result");
        Assert.That(sizes, Is.EqualTo(new[] { 1, 100 }));
    }

    [Test]
    public async Task Two_items_of_one_key_never_share_a_flush()
    {
        List<IReadOnlyList<int>> flushes = [];
        var coalescer = new Coalescer<int, int>(
            items =>
            {
                flushes.Add(items);
                return Task.FromResult(items);
            },
            key: item => item % 2,
            splits: _ => false
        );
        await Task.WhenAll(Enumerable.Range(0, 20).Select(coalescer.AddAsync));
        Assert.That(flushes.SelectMany(items => items), Is.EquivalentTo(Enumerable.Range(0, 20)));
        Assert.That(
            flushes,
            Has.All.Matches<IReadOnlyList<int>>(items => items.Select(i => i % 2).Distinct().Count() == items.Count)
        );
    }

    [Test]
    public async Task One_bad_item_fails_alone()
    {
        var gate = new TaskCompletionSource();
        var coalescer = new Coalescer<int, int>(
            async items =>
            {
                await gate.Task;
                return items.Contains(7) ? throw new InvalidOperationException("seven") : items;
            },
            key: null,
            splits: e => e is InvalidOperationException
        );
        var all = Enumerable.Range(0, 20).Select(coalescer.AddAsync).ToArray();
        gate.SetResult();
        for (var i = 0; i < all.Length; i++)
            if (i == 7)
                Assert.ThrowsAsync<InvalidOperationException>(() => all[7]);
            else
                Assert.That(await all[i], Is.EqualTo(i));
    }

    [Test]
    public async Task What_is_nobody_s_fault_fails_for_all_at_once_and_the_next_flush_goes_on()
    {
        var (flushes, broken) = (0, true);
        var coalescer = new Coalescer<int, int>(
            items =>
            {
                flushes++;
                return broken ? throw new TimeoutException() : Task.FromResult(items);
            },
            key: null,
            splits: _ => false
        );
        Assert.ThrowsAsync<TimeoutException>(() => coalescer.AddAsync(1));
        broken = false;
        Assert.That(await coalescer.AddAsync(2), Is.EqualTo(2));
        Assert.That(flushes, Is.EqualTo(2));
    }

    [Test]
    public async Task A_flush_has_a_largest_size()
    {
        List<int> sizes = [];
        var gate = new TaskCompletionSource();
        var coalescer = new Coalescer<int, int>(
            async items =>
            {
                await gate.Task;
                sizes.Add(items.Count);
                return items;
            },
            key: null,
            splits: _ => false,
            maxItems: 10
        );
        var all = Enumerable.Range(0, 95).Select(coalescer.AddAsync).ToArray();
        gate.SetResult();
        await Task.WhenAll(all);
        Assert.That(sizes, Has.All.LessThanOrEqualTo(10));
        Assert.That(sizes.Sum(), Is.EqualTo(95));
    }

    private static async Task WaitUntil(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!condition())
            await Task.Delay(1, limit.Token);
    }
}
