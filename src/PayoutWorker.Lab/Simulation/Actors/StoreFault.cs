namespace PayoutWorker.Lab.Simulation.Actors;

/// <summary>The database did not take a write, or took it and the news of it was lost.</summary>
internal sealed class StoreFault(string message) : System.Data.Common.DbException(message);
