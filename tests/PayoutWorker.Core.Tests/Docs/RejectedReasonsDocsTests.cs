using System.Security.Cryptography;
using System.Text.RegularExpressions;
using PayoutWorker.Cards;
using PayoutWorker.Decisions;
using PayoutWorker.Payouts;

namespace PayoutWorker.Core.Tests.Docs;

/// <summary>docs/erp-contract.md quotes the reasons of rejected orders as the code gives them.</summary>
internal sealed partial class RejectedReasonsDocsTests
{
    private const string NoKey = "sealed_card: this installation has no key to open card numbers";

    [Test]
    public void Every_reason_is_quoted_word_for_word()
    {
        var page = Page.Text("erp-contract.md");
        var section = page[page.IndexOf("### Why an order is rejected", StringComparison.Ordinal)..];
        section = section[..section.IndexOf("\n## ", StringComparison.Ordinal)];
        var quoted = Row().Matches(section).Select(m => m.Groups[1].Value);

        Assert.That(quoted, Is.EquivalentTo(OfRequisites().Concat(OfCards()).Append(OfProject()).Append(NoKey)));
    }

    private static IEnumerable<string?> OfRequisites()
    {
        var (account, card) = (Sample.AccountOrder, Sample.CardOrder);
        var to = account.Recipient;
        Order To(Recipient recipient) => account with { Recipient = recipient };
        Order[] orders =
        [
            account with
            {
                SenderAccount = null,
            },
            To(to with { Bik = "04452" }),
            To(to with { Account = "4081 7810 4000 0386 95" }),
            To(to with { Account = "40817840400003869535" }),
            account with
            {
                Amount = new Money(1, "USD"),
            },
            account with
            {
                Purpose = " ",
            },
            account with
            {
                Purpose = new string('x', 211),
            },
            account with
            {
                Purpose = "Fee?",
            },
            account with
            {
                Purpose = "Fee\nVAT exempt",
            },
            To(to with { Account = "40802810400003869535" }),
            To(to with { Account = "40702810400003869535", Inn = "500100732259" }),
            To(to with { Account = "40702810400003869535", Inn = "7707083893" }),
            To(to with { Inn = "770708389" }),
            To(to with { Name = null }),
            To(to with { Name = new string('x', 201) }),
            To(to with { Name = "Petrov\tPetr" }),
            card with
            {
                Flow = Flow.TwoStep,
            },
            card with
            {
                Amount = new Money(1, "RU"),
            },
            card with
            {
                SealedCard = null,
            },
        ];
        foreach (var order in orders)
            yield return Requisites.Problem(order, new RequisitesPolicy());
        var keys = new RequisitesPolicy(CheckKeys: true);
        var wrong = Requisites.AccountKeyFits(to.Bik!, to.Account!) ? to.Account![..^1] + "0" : to.Account!;
        yield return Requisites.Problem(To(to with { Account = wrong }), keys);
        var right = Enumerable
            .Range(0, 10)
            .Select(digit => to.Account![..^1] + digit)
            .First(number => Requisites.AccountKeyFits(to.Bik!, number));
        yield return Requisites.Problem(To(to with { Account = right, Inn = "7707083890" }), keys);
    }

    private static IEnumerable<string?> OfCards()
    {
        using var key = RSA.Create(2048);
        using var seal = new CardSeal([key.ExportPkcs8PrivateKeyPem()], new byte[32]);
        yield return seal.Unseal(new byte[256], "C-1", "1111").Problem;
        yield return seal.Unseal(CardSeal.Seal("4111111111111111", "C-2", key), "C-1", "1111").Problem;
        yield return seal.Unseal(CardSeal.Seal("4111", "C-1", key), "C-1", "4111").Problem;
        yield return seal.Unseal(CardSeal.Seal("4111111111111111", "C-1", key), "C-1", "1112").Problem;
    }

    private static string? OfProject()
    {
        var policy = new Policy { Projects = new Dictionary<string, ProjectPolicy> { ["main"] = new(true) } };
        var payout = Sample.Payout(PayoutState.New) with { Project = "main" };
        return Decision.BeforeMoney(payout, policy)?.Result?.Reason;
    }

    [GeneratedRegex(@"^\| `([^`]+: [^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
