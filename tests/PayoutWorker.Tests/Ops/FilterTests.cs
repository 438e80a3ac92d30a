using Microsoft.Extensions.Primitives;
using PayoutWorker.Host.Ops.Store;

namespace PayoutWorker.Tests.Ops;

/// <summary>What a list is filtered by, from its address and back.</summary>
internal sealed class FilterTests
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.Utc;

    [Test]
    public void An_address_is_read_and_written_alike()
    {
        var filter = Of(("state", "held"), ("kind", "mismatch"), ("payee", "a&b=c"), ("from", "12,50"), ("x", "y"));
        Assert.That(
            filter.Url("/ops/payouts", 7),
            Is.EqualTo("/ops/payouts?state=held&kind=mismatch&payee=a%26b%3Dc&from=12,50&before=7")
        );
        Assert.That(filter.Problem(Zone), Is.Null);
        Assert.That(filter.IsOpen, Is.True);
    }

    [TestCase("state", "'; DROP TABLE")]
    [TestCase("kind", "all")]
    [TestCase("method", "cash")]
    [TestCase("before", "x")]
    [TestCase("q", "  ")]
    public void What_is_no_choice_is_left_out(string key, string value)
    {
        var filter = Of((key, value));
        Assert.That(filter.Fields, Is.Empty);
        Assert.That(filter.Before, Is.Null);
    }

    [TestCase("from", "a lot")]
    [TestCase("until", "21.11.2026")]
    [TestCase("since", "0001-01-01")]
    public void What_cannot_be_read_is_a_problem(string key, string value) =>
        Assert.That(Of((key, value)).Problem(Zone), Does.Contain($"'{value}'"));

    private static Filter Of(params (string Key, string Value)[] values) =>
        Filter.Of(values.Select(v => KeyValuePair.Create(v.Key, new StringValues(v.Value))));
}
