using System.Text;
using PayoutWorker.Host.Admin;

namespace PayoutWorker.Tests.Admin;

internal sealed class BasicSignInTests
{
    private const string Password = "пароль с пробелами: и двоеточием";

    [TestCase("anna", Password, ExpectedResult = true)]
    [TestCase("anna", "another password", ExpectedResult = false)]
    [TestCase("boris", Password, ExpectedResult = false)]
    [TestCase("", "", ExpectedResult = false)]
    public async Task<bool> Only_the_right_user_and_password_get_in(string user, string password)
    {
        using var signIn = new BasicSignIn("anna", PasswordHash.Of(Password));
        return await signIn.IsRightAsync(Header(user, password), CancellationToken.None);
    }

    [Test]
    public async Task One_right_answer_makes_no_wrong_one_right()
    {
        using var signIn = new BasicSignIn("anna", PasswordHash.Of(Password));
        Assert.That(await signIn.IsRightAsync(Header("anna", Password), CancellationToken.None), Is.True);
        Assert.That(await signIn.IsRightAsync(Header("anna", "wrong"), CancellationToken.None), Is.False);
        Assert.That(await signIn.IsRightAsync(Header("anna", Password), CancellationToken.None), Is.True);
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("Basic")]
    [TestCase("Basic ")]
    [TestCase("Basic ====")]
    [TestCase("Bearer YW5uYTp4")]
    [TestCase("Basic YW5uYQ==")]
    public async Task What_is_no_such_header_is_wrong(string? header)
    {
        using var signIn = new BasicSignIn("anna", PasswordHash.Of(Password));
        Assert.That(await signIn.IsRightAsync(header, CancellationToken.None), Is.False);
    }

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

    private static string Header(string user, string password) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
}
