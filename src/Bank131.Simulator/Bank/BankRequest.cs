namespace Bank131.Simulator;

/// <summary>A call as it came in.</summary>
/// <param name="Path">e.g. <c>/api/v1/session/create/rko</c>.</param>
/// <param name="Body">The raw bytes. They are kept by a late or doubled delivery: never reuse the buffer.</param>
internal readonly record struct BankRequest(
    string? Project,
    string Path,
    ReadOnlyMemory<byte> Body,
    string? Signature,
    string? IdempotencyKey
);

/// <summary>Who called, as far as it could be proven.</summary>
/// <param name="ErrorCode">Null when project and signature are good.</param>
internal readonly record struct BankCaller(SimulatedProject? Project, string? ErrorCode);
