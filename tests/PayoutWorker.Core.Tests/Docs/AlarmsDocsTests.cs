using System.Text.RegularExpressions;
using PayoutWorker.Payouts;

namespace PayoutWorker.Core.Tests.Docs;

/// <summary>docs/alarms.md says for every kind what to do.</summary>
internal sealed partial class AlarmsDocsTests
{
    [Test]
    public void Every_kind_is_listed_and_no_other() =>
        Assert.That(
            Row().Matches(Page.Text("alarms.md")).Select(m => m.Groups[1].Value),
            Is.EquivalentTo(AlarmKind.All)
        );

    [GeneratedRegex(@"^\| `(\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
