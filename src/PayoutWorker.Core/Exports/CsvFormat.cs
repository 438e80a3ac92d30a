namespace PayoutWorker.Exports;

/// <summary>How a CSV file looks; the default is RFC 4180.</summary>
/// <param name="Separator">Between fields.</param>
/// <param name="DecimalPoint">In amounts.</param>
/// <param name="ByteOrderMark">At the beginning: Excel takes a file without it for the local code page.</param>
internal sealed record CsvFormat(char Separator = ',', char DecimalPoint = '.', bool ByteOrderMark = false)
{
    /// <summary>What a Russian Excel opens by a double click.</summary>
    public static CsvFormat Excel { get; } = new(';', ',', true);
}
