using Bank131.Client;
using PayoutWorker.Driving;

namespace PayoutWorker.Lab.Tests.Simulation.Planted;

/// <summary>Reads the bank's answers in a way of its own.</summary>
internal sealed class PlantedBank(
    IBank inner,
    Func<string, BankAnswer, BankAnswer>? sent = null,
    Func<BankAnswer, BankAnswer>? asked = null
) : IBank
{
    public IReadOnlyList<string> PausedProjects => inner.PausedProjects;
    public int Trickle => inner.Trickle;

    public async Task<BankAnswer> SendAsync(
        string project,
        string path,
        ReadOnlyMemory<byte> body,
        string idempotencyKey
    )
    {
        var answer = await inner.SendAsync(project, path, body, idempotencyKey);
        return sent is null ? answer : sent(path, answer);
    }

    public async Task<BankAnswer> AskAsync(string project, string sessionId, CancellationToken cancellationToken)
    {
        var answer = await inner.AskAsync(project, sessionId, cancellationToken);
        return asked is null ? answer : asked(answer);
    }
}
