using System.Text;

namespace PayoutWorker.IntegrationTests.Leaks;

/// <summary>What the canary looks with sees a number in each of its forms.</summary>
internal sealed class HaystackTests
{
    private const string Number = "4532015112830366";

    private static readonly byte[] Body = Encoding.UTF8.GetBytes($$"""{"number":"{{Number}}","a":1}""");

    private static IEnumerable<string> Forms() =>
        [
            $"card {Number}.",
            "card 4532 0151-1283 0366.",
            "45320151.12830366",
            "\\x" + Convert.ToHexStringLower(Body),
            Convert.ToHexString(Body),
            Convert.ToBase64String(Body),
            Convert.ToBase64String([1, .. Body]),
            Convert.ToBase64String([1, 2, .. Body]),
            "\\x" + Convert.ToHexStringLower(Encoding.ASCII.GetBytes(Convert.ToBase64String(Body))),
        ];

    [TestCaseSource(nameof(Forms))]
    public void A_number_is_found(string text) => Assert.That(new Haystack(text).Find(Number), Is.Not.Null);

    [TestCase("card 4532015112830367 and …0366")]
    [TestCase("45320151128 and 30366")]
    public void Another_number_is_not(string text) => Assert.That(new Haystack(text).Find(Number), Is.Null);
}
