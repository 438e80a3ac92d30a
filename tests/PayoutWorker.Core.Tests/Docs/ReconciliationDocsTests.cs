using System.Text.RegularExpressions;
using PayoutWorker.Reconciling;

namespace PayoutWorker.Core.Tests.Docs;

/// <summary>docs/reconciliation.md says for every kind of difference what it means and what to do.</summary>
internal sealed partial class ReconciliationDocsTests
{
    [Test]
    public void Every_kind_is_listed_and_no_other() =>
        Assert.That(
            Row().Matches(Page.Text("reconciliation.md")).Select(m => m.Groups[1].Value),
            Is.EquivalentTo(DifferenceKind.All)
        );

    [GeneratedRegex(@"^\| `(\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
