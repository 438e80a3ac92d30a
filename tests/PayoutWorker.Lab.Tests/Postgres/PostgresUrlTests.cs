using Npgsql;
using PayoutWorker.Lab.Postgres;

namespace PayoutWorker.Lab.Tests.Postgres;

internal sealed class PostgresUrlTests
{
    [Test]
    public void A_url_is_read_with_its_escapes()
    {
        var address = PostgresUrl.Parse("postgresql://us%40er:p%3Aw@db.example:5433/pay%20outs?sslmode=verify-full");

        Assert.That(address.Host, Is.EqualTo("db.example"));
        Assert.That(address.Port, Is.EqualTo(5433));
        Assert.That(address.Username, Is.EqualTo("us@er"));
        Assert.That(address.Password, Is.EqualTo("p:w"));
        Assert.That(address.Database, Is.EqualTo("pay outs"));
        Assert.That(address.SslMode, Is.EqualTo(SslMode.VerifyFull));
    }

    [Test]
    public void A_connection_string_stays_what_it_is() =>
        Assert.That(PostgresUrl.Parse("Host=h;Username=u").Host, Is.EqualTo("h"));
}
