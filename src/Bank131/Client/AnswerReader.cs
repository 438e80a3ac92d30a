using Bank131.Views;

namespace Bank131.Client;

/// <summary>What an HTTP answer says about the call. Whatever is not clear is unknown.</summary>
internal static class AnswerReader
{
    /// <param name="body">Null when it was longer than the cap.</param>
    public static BankAnswer Read(int http, TimeSpan? retryAfter, byte[]? body)
    {
        if (http is >= 500 or 429 or < 200 or (>= 300 and < 400))
            return new BankAnswer.Unknown($"the bank answered HTTP {http}", retryAfter);
        using var document = body is null ? null : ViewReader.Parse(body);
        if (document is null)
            return new BankAnswer.Unknown($"HTTP {http} with an unreadable body");
        var root = document.RootElement;
        if (ViewReader.Error(root) is { } error && (http >= 400 || ViewReader.Text(root, "status") == "error"))
            return new BankAnswer.Refused(error);
        if (http < 300 && ViewReader.Text(root, "status") == "ok" && ViewReader.Session(root) is { } session)
            return new BankAnswer.Accepted(session);
        return new BankAnswer.Unknown($"HTTP {http} without a session or an error code");
    }
}
