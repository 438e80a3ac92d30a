using PayoutWorker.Host.Ops.Endpoints;
using PayoutWorker.Host.Ops.Rows;
using PayoutWorker.Host.Ops.Store;

namespace PayoutWorker.Host.Ops.Pages;

/// <param name="Sums">All that are open, by kind, whatever the filter is.</param>
/// <param name="Next">Where the next page begins; null when there is none.</param>
public sealed record DifferencesModel(
    DifferenceFilter Filter,
    IReadOnlyList<DifferenceRow> Rows,
    IReadOnlyList<DifferenceSum> Sums,
    long? Next
);

public sealed record ExportModel(ExportForm Form, string? Problem);

public sealed record DifferenceModel(
    DifferenceRow Row,
    IReadOnlyList<DifferenceNoteRow> Notes,
    string? Said,
    string? Problem,
    string Reason
);
