using Bank131.Client;
using PayoutWorker.Driving;

namespace PayoutWorker.Lab.Tests.Simulation.Planted;

/// <summary>A retry around payment calls, as a resilience handler with its defaults would add.</summary>
internal sealed class ResendingBank(IBank inner) : IBank
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
        return answer is BankAnswer.Unknown ? await inner.SendAsync(project, path, body, idempotencyKey) : answer;
    }

    public Task<BankAnswer> AskAsync(string project, string sessionId, CancellationToken cancellationToken) =>
        inner.AskAsync(project, sessionId, cancellationToken);
}
