namespace PayoutWorker.Lab.Testing;

/// <summary>A test that did not pass, or a run that broke off, and what it said.</summary>
internal sealed record TestFailure(string Name, string Message);
