namespace PayoutWorker.Lab.Simulation.Actors;

/// <summary>A webhook on its way to a worker.</summary>
/// <param name="IsRefused">Its signature is not trusted: the endpoint answers 401 and keeps nothing.</param>
/// <param name="IsAnswerLost">The worker's answer does not reach the bank.</param>
internal sealed record Parcel(byte[] Body, bool IsRefused = false, bool IsAnswerLost = false);
