using PayoutWorker.Host.Ops.Endpoints;
using PayoutWorker.Host.Ops.Rows;
using PayoutWorker.Host.Ops.Store;

namespace PayoutWorker.Host.Ops.Pages;

/// <param name="Return">Where to go after it.</param>
public sealed record SignInModel(string Return, string? Name, string? Problem);

public sealed record MessageModel(string Title, string Text);

public sealed record SearchModel(Filter Filter, ListPage Page, string? Problem);

/// <param name="IsShown">Names and numbers stand there in full: somebody asked, and that was written down.</param>
public sealed record PayoutModel(PayoutView View, string? Said, bool IsShown = false);

public sealed record ViewsModel(IReadOnlyList<ViewRow> Views);

public sealed record ActionModel(PayoutAction Action, ActionRow Payout, string? Problem, ActionInput Input);

public sealed record WebhookModel(long PayoutId, long WebhookId, string Body);

/// <param name="Result">After the deed: how many were done and refused.</param>
public sealed record BulkModel(
    PayoutAction Action,
    Filter Filter,
    IReadOnlyList<BulkSum> Sums,
    string? Problem,
    BulkPart? Result
);

/// <param name="UnderWay">Payouts with a call under way, which no stop calls back.</param>
/// <param name="Accounts">Sender accounts of open payouts, to choose from.</param>
/// <param name="StopAll">The form begins with everything.</param>
public sealed record SwitchesModel(
    IReadOnlyList<SwitchRow> Switches,
    long UnderWay,
    IReadOnlyList<string> Accounts,
    bool StopAll,
    string? Said,
    string? Problem
);

public sealed record AlarmsModel(IReadOnlyList<AlarmRow> Alarms, string? Said, string? Problem);

/// <param name="Unasked">Some of the payouts that the bank was not asked about since.</param>
public sealed record GapModel(GapRow? Gap, IReadOnlyList<StuckRow> Unasked, string? Said, string? Problem);
