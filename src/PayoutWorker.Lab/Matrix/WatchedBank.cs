using System.Globalization;
using Bank131.Client;
using PayoutWorker.Driving;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.Lab.Matrix;

/// <summary>The line to the bank, its calls seen; a plant may stand at the bank's door or colour its answers.</summary>
internal sealed class WatchedBank(IBank inner, Sighting sighting, Plant plant) : IBank
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
        var parts = idempotencyKey.Split(':');
        var row = sighting.Stage.Model.ByKey(idempotencyKey);
        var step = DbText.ParseStep(parts[1]);
        sighting.Calls(row?.Id ?? 0, step, int.Parse(parts[2], CultureInfo.InvariantCulture));
        if (plant.Door(step) is { } refusal)
        {
            sighting.Fired();
            sighting.Stage.Judge.Sending(row!.Calls[(row.SessionN, step)].IntendedBy, row, path, body, idempotencyKey);
            return refusal;
        }
        var answer = Coloured(step, await inner.SendAsync(project, path, body, idempotencyKey));
        sighting.Answered(answer);
        return answer;
    }

    public async Task<BankAnswer> AskAsync(string project, string sessionId, CancellationToken cancellationToken)
    {
        sighting.Asks(sighting.Stage.Model.BySession(sessionId)?.Id ?? 0);
        return Coloured(null, await inner.AskAsync(project, sessionId, cancellationToken));
    }

    private BankAnswer Coloured(Step? step, BankAnswer answer)
    {
        var coloured = plant.Lens(sighting, step, answer);
        if (!ReferenceEquals(coloured, answer))
            sighting.Fired();
        return coloured;
    }
}
