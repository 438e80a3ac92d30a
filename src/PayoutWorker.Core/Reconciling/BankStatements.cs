using Bank131.Client;
using Bank131.Views;

namespace PayoutWorker.Reconciling;

/// <summary>Where statements come from.</summary>
internal interface IStatements
{
    Task<StatementAnswer> AskAsync(
        BookAccount account,
        DateOnly day,
        AmountUnit unit,
        CancellationToken cancellationToken
    );
}

/// <summary>From the bank. Outside the payments' breaker: a slow report says nothing about payments, and harms none.</summary>
internal sealed class BankStatements(BankClient client, IReadOnlyList<BankProject> projects) : IStatements
{
    public async Task<StatementAnswer> AskAsync(
        BookAccount account,
        DateOnly day,
        AmountUnit unit,
        CancellationToken cancellationToken
    )
    {
        using var span = Tracing.Call(account.Project, Bank131.Messages.BankPath.Statement);
        var project = projects.FirstOrDefault(project => project.Name == account.Project);
        var answer = project is null
            ? new StatementAnswer.Missing($"project {account.Project} is not configured here")
            : await client.StatementAsync(project, account.Number, day, unit, cancellationToken);
        span?.SetTag("bank.outcome", answer.GetType().Name);
        return answer;
    }
}
