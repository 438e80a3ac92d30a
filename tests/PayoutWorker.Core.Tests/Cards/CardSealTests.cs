using System.Security.Cryptography;
using PayoutWorker.Cards;

namespace PayoutWorker.Core.Tests.Cards;

internal sealed class CardSealTests
{
    private const string Number = "2200240000004940";

    private readonly RSA _current = RSA.Create(2048);
    private readonly RSA _previous = RSA.Create(2048);
    private CardSeal _seal = null!;

    [OneTimeSetUp]
    public void MakeKeys() =>
        _seal = new CardSeal([_current.ExportPkcs8PrivateKeyPem(), _previous.ExportPkcs8PrivateKeyPem()], new byte[32]);

    [OneTimeTearDown]
    public void Forget()
    {
        _seal.Dispose();
        _current.Dispose();
        _previous.Dispose();
    }

    [Test]
    public void A_sealed_number_is_opened_for_its_order_by_the_current_and_the_previous_key()
    {
        foreach (var key in new[] { _current, _previous })
            Assert.That(
                _seal.Unseal(CardSeal.Seal(Number, "C-1", key), "C-1", "4940"),
                Is.EqualTo((Number, (string?)null))
            );
    }

    [TestCase("C-2", "4940", "sealed_card: was sealed for another erp_key")]
    [TestCase("C-1", "4941", "card_last4: expected the last four digits of the sealed number")]
    [TestCase("C-1", null, "card_last4: expected the last four digits of the sealed number")]
    public void A_number_of_another_order_or_card_is_not_opened(string erpKey, string? last4, string problem) =>
        Assert.That(
            _seal.Unseal(CardSeal.Seal(Number, "C-1", _current), erpKey, last4),
            Is.EqualTo(((string?)null, problem))
        );

    [Test]
    public void What_somebody_else_sealed_is_told_apart()
    {
        using var other = RSA.Create(2048);
        var (number, problem) = _seal.Unseal(CardSeal.Seal(Number, "C-1", other), "C-1", "4940");
        Assert.That(number, Is.Null);
        Assert.That(problem, Does.StartWith("sealed_card: cannot be opened with our key"));
    }

    [Test]
    public void Something_else_than_a_card_number_inside_is_refused() =>
        Assert.That(
            _seal.Unseal(CardSeal.Seal("12345", "C-1", _current), "C-1", "2345").Problem,
            Does.Contain("14 to 19 digits")
        );

    [Test]
    public void The_hash_of_a_body_needs_the_secret()
    {
        using var other = new CardSeal([], [.. Enumerable.Repeat((byte)1, 32)]);
        Assert.That(_seal.Hash("body"u8), Is.Not.EqualTo(other.Hash("body"u8)));
    }
}
