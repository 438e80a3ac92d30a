namespace PayoutWorker.Lab.Chaos.Network;

/// <summary>What one connection will meet.</summary>
/// <param name="AfterBytes">Of its direction; these still pass.</param>
internal sealed record ProxyPlan(ProxyFault Fault, int AfterBytes, TimeSpan Pause)
{
    /// <summary>It strikes what the client sends, else what the server answers.</summary>
    public bool StrikesRequest =>
        Fault is ProxyFault.CutRequest or ProxyFault.SilenceThenPass or ProxyFault.SilenceThenCut
        || (Fault == ProxyFault.Delay && AfterBytes % 2 == 0);

    /// <summary>Draws the same number of times whatever comes out, so that connections do not change each other.</summary>
    public static ProxyPlan? Draw(ProxyFaults faults, Random random)
    {
        var (at, bytes, pause) = (random.NextDouble(), random.NextDouble(), random.NextDouble());
        foreach (var (fault, share) in faults.Shares.OrderBy(share => share.Key))
        {
            if (at < share)
                return new ProxyPlan(
                    fault,
                    (int)(faults.BytesMin * Math.Pow((double)faults.BytesMax / faults.BytesMin, bytes)),
                    faults.PauseMax * pause
                );
            at -= share;
        }
        return null;
    }
}
