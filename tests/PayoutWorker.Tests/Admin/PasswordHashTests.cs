using PayoutWorker.Host.Admin;

namespace PayoutWorker.Tests.Admin;

internal sealed class PasswordHashTests
{
    private const string Password = "пароль с пробелами: и двоеточием";

    [Test]
    public void A_hash_is_read_as_it_was_written_and_differs_each_time()
    {
        var text = PasswordHash.Of(Password).ToString();
        Assert.That(PasswordHash.Parse(text + "\n")?.Matches(Password), Is.True);
        Assert.That(PasswordHash.Parse(text)?.Matches(Password + " "), Is.False);
        Assert.That(PasswordHash.Of(Password).ToString(), Is.Not.EqualTo(text));
    }

    [TestCase("")]
    [TestCase("a long password")]
    [TestCase("pbkdf2-sha256:1000:AAAAAAAAAAAAAAAAAAAAAA==:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [TestCase("pbkdf2-sha256:600000:AAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [TestCase("pbkdf2-sha256:600000:AAAAAAAAAAAAAAAAAAAAAA==:AAAA")]
    public void What_is_no_hash_or_a_cheap_one_is_refused(string text) =>
        Assert.That(PasswordHash.Parse(text), Is.Null);
}
