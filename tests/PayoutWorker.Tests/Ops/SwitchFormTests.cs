using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using PayoutWorker.Host.Ops.Endpoints;

namespace PayoutWorker.Tests.Ops;

/// <summary>What a filled form of the stops means.</summary>
internal sealed class SwitchFormTests
{
    [TestCase("account", " 40702 810 3 0020 0000013\t", "40702810300200000013")]
    [TestCase("account", "40702\u00a0810\u202f300200000013", "40702810300200000013")]
    [TestCase("project", " rko main ", "rko main")]
    [TestCase("method", "card", "card")]
    [TestCase("all", "left over", "")]
    public void An_account_may_be_copied_as_the_pages_show_it(string scope, string value, string expected)
    {
        var form = new FormCollection(new Dictionary<string, StringValues> { ["scope"] = scope, ["value"] = value });
        Assert.That(SwitchEndpoints.Chosen(form), Is.EqualTo((scope, expected)));
    }
}
