namespace PayoutWorker.Lab.Simulation.Model;

/// <summary>What <c>gap</c> says.</summary>
/// <param name="OpenedAt">Of the open one; null when there is none.</param>
/// <param name="LastFoundAt">Of the last one, released or not; null when there never was one.</param>
internal sealed record ModelGaps(DateTimeOffset? OpenedAt, DateTimeOffset? LastFoundAt)
{
    public static ModelGaps None { get; } = new(null, null);
}
