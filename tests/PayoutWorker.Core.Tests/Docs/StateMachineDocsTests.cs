using System.Text.RegularExpressions;
using PayoutWorker.Payouts;

namespace PayoutWorker.Core.Tests.Docs;

/// <summary>docs/state-machine.md shows the moves of the code, and says of every state how it is entered and left.</summary>
internal sealed partial class StateMachineDocsTests
{
    [Test]
    public void The_diagram_has_every_legal_move_and_no_other()
    {
        var page = Page.Text("state-machine.md");
        var diagram = page.Split("```").Single(block => block.StartsWith("mermaid", StringComparison.Ordinal));
        var drawn = Arrow()
            .Matches(diagram)
            .Select(m => (PayoutStates.Parse(m.Groups[1].Value), PayoutStates.Parse(m.Groups[2].Value)))
            .ToArray();

        Assert.That(drawn, Is.EquivalentTo(Transitions.All));
        Assert.That(diagram.Split("-->"), Has.Length.EqualTo(drawn.Length + 1), "an arrow could not be read");
    }

    [Test]
    public void Every_state_has_its_row()
    {
        var page = Page.Text("state-machine.md");
        var table = page[page.IndexOf("## Each state", StringComparison.Ordinal)..];
        table = table[..table.IndexOf("\n## ", StringComparison.Ordinal)];

        Assert.That(
            Row().Matches(table).Select(m => m.Groups[1].Value),
            Is.EqualTo(Enum.GetValues<PayoutState>().Select(state => state.Text()))
        );
    }

    [GeneratedRegex(@"^ +(\w+) --> (\w+)\r?$", RegexOptions.Multiline)]
    private static partial Regex Arrow();

    [GeneratedRegex(@"^\| `(\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
