namespace PayoutWorker.Lab.Chaos.Network;

/// <summary>What the network does to one connection.</summary>
internal enum ProxyFault
{
    /// <summary>RST to both sides, in the middle of what the client sends.</summary>
    CutRequest,

    /// <summary>RST to both sides, in the middle of what the server answers.</summary>
    CutAnswer,

    /// <summary>Everything stops for a while in one direction, then goes on.</summary>
    Delay,

    /// <summary>Both directions are swallowed, then delivered after all: by then nobody may wait any more.</summary>
    SilenceThenPass,

    /// <summary>Both directions are swallowed, then the connection breaks.</summary>
    SilenceThenCut,

    /// <summary>Bytes of the answer are replaced by some that no protocol has.</summary>
    Garbage,

    /// <summary>Nobody listens for a while.</summary>
    Refuse,
}
