using Bank131.Messages;
using Bank131.Views;

namespace Bank131.Client;

// The one call that moves nothing and answers with no session.
public sealed partial class BankClient
{
    /// <summary>
    /// Asks for one day of an account's statement. It only reads, so the caller may ask again whenever it likes.
    /// </summary>
    /// <param name="account">20 digits.</param>
    /// <param name="day">The bank's day.</param>
    /// <param name="unit">What an amount without a decimal point counts; the page does not say.</param>
    public async Task<StatementAnswer> StatementAsync(
        BankProject project,
        string account,
        DateOnly day,
        AmountUnit unit,
        CancellationToken cancellationToken
    )
    {
        var body = BankJson.Bytes(AskStatement.Of(account, day));
        if (project.Key.Sign(body) is not { } signature)
            return new StatementAnswer.Missing(NoKey);
        using var content = new OnceContent(body);
        using var request = NewRequest(project, BankPath.Statement, signature, content);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_options.StatementTimeout);
        try
        {
            using var response = await _http.SendAsync(request, limit.Token);
            var text = await ReadAsync(response, _options.MaxStatementBytes, limit.Token);
            return StatementReader.Answer((int)response.StatusCode, text, account, day, unit);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return new StatementAnswer.Missing(Reason(e));
        }
    }
}
