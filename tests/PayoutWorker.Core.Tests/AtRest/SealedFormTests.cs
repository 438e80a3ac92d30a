using System.Security.Cryptography;
using System.Text;
using PayoutWorker.AtRest;

namespace PayoutWorker.Core.Tests.AtRest;

/// <summary>Sealed values: what they show, what opens them and what does not.</summary>
internal sealed class SealedFormTests
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);
    private static readonly Guid Id = Guid.NewGuid();
    private static readonly byte[] Plain = Encoding.UTF8.GetBytes("""{"full_name":"Petrov Petr"}""");

    [Test]
    public void What_was_sealed_opens_for_its_row_and_shows_nothing()
    {
        var value = SealedForm.Seal(Id, Key, Plain, "row 1");
        Assert.That(SealedForm.KeyOf(value), Is.EqualTo(Id));
        Assert.That(SealedForm.Open(Key, value, "row 1"), Is.EqualTo(Plain));
        Assert.That(Encoding.Latin1.GetString(value), Does.Not.Contain("Petrov"));
        Assert.That(SealedForm.Seal(Id, Key, Plain, "row 1"), Is.Not.EqualTo(value), "a nonce of its own each time");
    }

    [Test]
    public void It_opens_for_no_other_row_and_with_no_other_key()
    {
        var value = SealedForm.Seal(Id, Key, Plain, "row 1");
        Assert.That(() => SealedForm.Open(Key, value, "row 2"), Throws.InstanceOf<CryptographicException>());
        var other = RandomNumberGenerator.GetBytes(32);
        Assert.That(() => SealedForm.Open(other, value, "row 1"), Throws.InstanceOf<CryptographicException>());
    }

    [Test]
    public void No_bit_of_it_can_be_changed()
    {
        var value = SealedForm.Seal(Id, Key, Plain, "row 1");
        for (var i = 0; i < value.Length; i++)
        {
            var changed = value.ToArray();
            changed[i] ^= 1;
            Assert.That(
                () => SealedForm.Open(Key, changed, "row 1"),
                Throws.InstanceOf<CryptographicException>(),
                $"byte {i}"
            );
        }
    }

    [TestCase("")]
    [TestCase("{}")]
    [TestCase("pw1:=")]
    [TestCase("pw1:no Base64!")]
    [TestCase("""{"confirm_information":{"account_details":{"sender":{"bik":"049205131"}}},"longer":"than a head"}""")]
    public void What_is_in_clear_is_told_apart(string text)
    {
        Assert.That(SealedForm.KeyOf(Encoding.UTF8.GetBytes(text)), Is.Null);
        Assert.That(SealedForm.FromText(text), Is.Null);
    }

    // The longest that a webhook may be, and longer: what cannot be packed smaller must still fit where it is packed.
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(256 * 1024)]
    [TestCase(1024 * 1024)]
    public void What_does_not_shrink_is_kept_too(int length)
    {
        var noise = RandomNumberGenerator.GetBytes(length);
        Assert.That(SealedForm.Open(Key, SealedForm.Seal(Id, Key, noise, "row 1"), "row 1"), Is.EqualTo(noise));
    }

    [Test]
    public void Keys_used_in_turn_open_only_what_they_sealed()
    {
        var other = RandomNumberGenerator.GetBytes(32);
        var (mine, its) = (SealedForm.Seal(Id, Key, Plain, "row 1"), SealedForm.Seal(Id, other, Plain, "row 1"));
        Assert.That(SealedForm.Open(Key, mine, "row 1"), Is.EqualTo(Plain));
        Assert.That(() => SealedForm.Open(Key, its, "row 1"), Throws.InstanceOf<CryptographicException>());
        Assert.That(SealedForm.Open(other, its, "row 1"), Is.EqualTo(Plain));
        Assert.That(() => SealedForm.Open(other, mine, "row 1"), Throws.InstanceOf<CryptographicException>());
    }

    [Test]
    public void As_text_it_is_the_same()
    {
        var value = SealedForm.Seal(Id, Key, Plain, "row 1");
        Assert.That(SealedForm.FromText(SealedForm.ToText(value)), Is.EqualTo(value));
    }

    [Test]
    public void A_ring_wraps_with_its_first_key_and_unwraps_with_all()
    {
        var (old, fresh) = (RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32));
        var before = new KeyRing([old]);
        var after = new KeyRing([fresh, old]);
        var wrapped = before.Wrap(Id, Key);
        Assert.That(after.CurrentId, Is.EqualTo(KeyRing.IdOf(fresh)).And.Not.EqualTo(before.CurrentId));
        Assert.That(after.Unwrap(Id, before.CurrentId, wrapped), Is.EqualTo(Key));
        Assert.That(new KeyRing([fresh]).Unwrap(Id, before.CurrentId, wrapped), Is.Null, "the key is not there");
        Assert.That(
            () => before.Unwrap(Guid.NewGuid(), before.CurrentId, wrapped),
            Throws.InstanceOf<CryptographicException>(),
            "wrapped for another row"
        );
    }

    [Test]
    public void A_key_of_another_length_is_none() =>
        Assert.That(() => new KeyRing([new byte[16]]), Throws.ArgumentException);
}
