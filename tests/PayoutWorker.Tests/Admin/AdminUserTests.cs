using PayoutWorker.Host.Admin;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Tests.Admin;

/// <summary>Whose session is still good, and whose name may be written down.</summary>
internal sealed class AdminUserTests
{
    private static readonly PasswordHash Password = PasswordHash.Of("correct horse battery", 1);

    [Test]
    public void A_session_is_good_until_the_password_or_the_role_changes()
    {
        var olga = new AdminUser("olga", UserRole.Viewer, Password);
        var session = olga.Principal("Cookies");
        Assert.That(olga.Is(session), Is.True);
        Assert.That((olga with { Password = PasswordHash.Of("another", 1) }).Is(session), Is.False);
        Assert.That((olga with { Role = UserRole.Operator }).Is(session), Is.False);
    }

    [Test]
    public void A_person_without_a_password_has_no_session_however_well_it_is_made()
    {
        var vera = new AdminUser("vera", UserRole.Operator, null);
        Assert.That(vera.Is(vera.Principal("Cookies")), Is.False);
    }

    [TestCase("OLGA", "olga")]
    [TestCase("correct horse battery", "an unknown name")]
    [TestCase("", "an unknown name")]
    public void The_log_gets_names_of_the_configuration_and_never_what_was_typed(string typed, string logged) =>
        Assert.That(
            new AdminUsers([new AdminUser("olga", UserRole.Viewer, Password)]).NameForLog(typed),
            Is.EqualTo(logged)
        );
}
