using Bank131.Views;

namespace Bank131.Client;

/// <summary>What became of a question for a statement: a closed set.</summary>
public abstract record StatementAnswer
{
    private StatementAnswer() { }

    /// <summary>The statement of the account and day that were asked for.</summary>
    public sealed record Given(StatementView Statement) : StatementAnswer;

    /// <summary>The bank answered with an error code, e.g. that the account is not ours.</summary>
    public sealed record Refused(BankError Error) : StatementAnswer;

    /// <summary>No usable answer: not reached, time-out, 5xx, unreadable, or another day or account than asked for.</summary>
    public sealed record Missing(string Reason) : StatementAnswer;
}
