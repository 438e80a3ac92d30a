using PayoutWorker.Host.Ops.Endpoints;
using PayoutWorker.Host.Ops.Rows;

namespace PayoutWorker.Host.Ops.Pages;

/// <param name="All">How many wait; the list shows the oldest.</param>
public sealed record ApprovalsModel(
    IReadOnlyList<ApprovalRegisterRow> Registers,
    IReadOnlyList<ApprovalRow> Orders,
    long All,
    string? Said,
    string? Problem
);

public sealed record ApproveModel(ApprovalRow Order, string? Problem, ActionInput Input);

public sealed record ControlsModel(
    IReadOnlyList<ControlRow> Rules,
    IReadOnlyList<ControlRow> Limits,
    string? Said,
    string? Problem
);
