using System.Text;
using Bank131.Client;

namespace Bank131.Tests;

/// <summary>What an HTTP answer says about the call, at the borders between the kinds of status codes.</summary>
internal sealed class AnswerReaderTests
{
    private const string Ok = """{"status":"ok","session":{"id":"ps_1","status":"created"}}""";
    private const string Error = """{"status":"error","error":{"code":"invalid_request"}}""";
    private const string OkWithError = """
        {"status":"ok","session":{"id":"ps_1","status":"in_progress"},"error":{"code":"invalid_request"}}
        """;

    [TestCase(199, Ok, typeof(BankAnswer.Unknown))]
    [TestCase(200, Ok, typeof(BankAnswer.Accepted))]
    [TestCase(299, Ok, typeof(BankAnswer.Accepted))]
    [TestCase(300, Ok, typeof(BankAnswer.Unknown))]
    [TestCase(300, Error, typeof(BankAnswer.Unknown))]
    [TestCase(399, Error, typeof(BankAnswer.Unknown))]
    [TestCase(400, Ok, typeof(BankAnswer.Unknown))]
    [TestCase(400, Error, typeof(BankAnswer.Refused))]
    [TestCase(400, OkWithError, typeof(BankAnswer.Refused))]
    [TestCase(200, Error, typeof(BankAnswer.Refused))]
    [TestCase(200, OkWithError, typeof(BankAnswer.Accepted), Description = "an error within is for the decision")]
    [TestCase(429, Error, typeof(BankAnswer.Unknown))]
    [TestCase(499, Error, typeof(BankAnswer.Refused))]
    [TestCase(500, Error, typeof(BankAnswer.Unknown))]
    public void Each_kind_of_status_says_what_it_may_say(int http, string body, Type kind) =>
        Assert.That(AnswerReader.Read(http, null, Encoding.UTF8.GetBytes(body)), Is.TypeOf(kind));

    [Test]
    public void An_answer_longer_than_the_cap_is_unknown() =>
        Assert.That(AnswerReader.Read(200, null, null), Is.TypeOf<BankAnswer.Unknown>());
}
