using System.Globalization;
using PayoutWorker.Lab.Simulation.Engine;
using PayoutWorker.Lab.Simulation.Model;
using PayoutWorker.Payouts;
using PayoutWorker.Store;

namespace PayoutWorker.IntegrationTests.Model;

/// <summary>The simulation's model store.</summary>
internal sealed class ModelSide : ISide
{
    private readonly World _world = new(seed: 1, tracing: false);
    private readonly ModelStore _model;

    public ModelSide(TimeSpan firstReturnWatch) => _model = new ModelStore(_world, Watch, firstReturnWatch);

    public ModelWatch Watch { get; } = new();

    public Task InsertAsync(Order order, int priority, TimeSpan notBefore)
    {
        _model.Insert(order, $"ref-{order.ErpKey}", priority, notBefore);
        return Task.CompletedTask;
    }

    public Task PassAsync(TimeSpan time)
    {
        var isOver = false;
        _world.At(time, () => isOver = true);
        _world.Run(() => isOver);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<Payout>> ReadAllAsync() =>
        Task.FromResult<IReadOnlyList<Payout>>([.. _model.Rows.Select(_model.Read)]);

    public Task<IReadOnlyList<Claimed>> ClaimAsync(string owner, ClaimOrder order) =>
        Task.FromResult(_model.Claim(owner, order));

    public Task<Written> WriteAsync(string owner, long id, Func<Payout, Change?> decide)
    {
        try
        {
            return Task.FromResult(_model.Write(owner, id, decide));
        }
        catch (InvalidOperationException e)
        {
            throw new RefusedException(e);
        }
    }

    public Task AddWebhookAsync(RawWebhook webhook)
    {
        _model.AddWebhook(webhook);
        return Task.CompletedTask;
    }

    public Task<InboxResult> ApplyInboxAsync(string owner, InboxOrder order) =>
        Task.FromResult(_model.ApplyInbox(owner, order));

    public Task<IReadOnlyList<Payout>> TakeReturnsAsync(int limit, TimeSpan lease) =>
        Task.FromResult(_model.TakeReturns(limit, lease));

    public Task ReturnsAskedAsync(IReadOnlyList<long> ids, IReadOnlyList<TimeSpan> intervals) =>
        Task.FromResult(_model.ReturnsAsked(ids, intervals));

    public Task<bool> RequestAsync(long id, Wish wish)
    {
        var row = _model.Rows[(int)id - 1];
        return Task.FromResult(
            wish switch
            {
                Wish.Cancel => _model.RequestCancel(row),
                Wish.Hold => _model.RequestHold(row),
                _ => _model.RequestRelease(row),
            }
        );
    }

    public Task<long> StopAsync(string scope, string value) => Task.FromResult<long>(_model.Stop(scope, value));

    public Task<bool> ResumeAsync(string scope, string value) => Task.FromResult(_model.Resume(scope, value));

    public Task SpreadDueAndPassAsync(TimeSpan time)
    {
        var open = _model.Rows.Where(row => row.IsOpen).ToArray();
        var later = open.Select(row => open.Count(other => other.Id < row.Id && other.DueAt == row.DueAt)).ToArray();
        for (var i = 0; i < open.Length; i++)
            open[i].DueAt += TimeSpan.FromMilliseconds(later[i]);
        return PassAsync(time);
    }

    public Task<IReadOnlyList<string>> RowsAsync() => Task.FromResult<IReadOnlyList<string>>([.. Rows()]);

    private IEnumerable<string> Rows()
    {
        foreach (var row in _model.Rows)
        {
            if (row.IsOpen)
                yield return Line(
                    "work",
                    row.Id,
                    row.State.Text(),
                    row.StateSince,
                    row.DueAt,
                    row.Fence,
                    row.Cancel,
                    row.Hold,
                    row.HeldFrom?.Text(),
                    row.HeldKind is { } kind ? DbText.Text(kind) : null,
                    row.Project,
                    row.SessionN,
                    row.Claims,
                    row.Polls,
                    row.HeardAt
                );
            yield return Line(
                "outbox",
                row.Id,
                row.Shown?.Text(),
                row.ResultProject,
                row.Result.SessionId,
                row.Result.PayoutId,
                row.Result.ErrorCode,
                row.Result.ErrorText,
                row.Result.Reason,
                row.Result.ReturnedAmount,
                row.FinishedAt,
                row.Order.SealedCard is not null
            );
            foreach (var s in row.Sessions.Values)
                yield return Line("session", row.Id, s.N, s.BankId, DbText.Text(s.Use), s.ConfirmInformation, s.Echo);
            foreach (var call in row.Calls.Values.OrderBy(call => call.SessionN).ThenBy(call => call.Step.Text()))
                yield return Line(
                    "call",
                    row.Id,
                    call.SessionN,
                    call.Step.Text(),
                    call.Key,
                    call.Sends,
                    call.LastSentAt,
                    call.Outcome,
                    call.Code,
                    call.Text,
                    call.BodyHash is null ? null : Convert.ToHexStringLower(call.BodyHash),
                    call.IntendedBy
                );
            foreach (var one in row.Events)
                yield return Line(
                    "event",
                    row.Id,
                    one.Who,
                    one.From?.Text(),
                    one.To.Text(),
                    one.Why.Split(':')[0],
                    one.Evidence
                );
            if (row.NextReturn is { } next)
                yield return Line("return_watch", row.Id, row.ReturnsAsked, next, row.PaidAt);
        }
        yield return Line("webhooks", _model.WebhooksStored);
        foreach (var webhook in _model.Unapplied)
            yield return Line("webhook", webhook.Id, webhook.DueAt, webhook.SessionId);
        foreach (var (scope, value) in _model.Stops.Order())
            yield return Line("switch", scope, value);
    }

    private static string Line(params object?[] fields) => string.Join(" | ", fields.Select(Text));

    private static string Text(object? field) =>
        field switch
        {
            null => "-",
            bool yes => yes ? "true" : "false",
            DateTimeOffset at => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture),
            IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
            _ => field.ToString()!,
        };
}
