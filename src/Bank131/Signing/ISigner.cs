namespace Bank131.Signing;

/// <summary>Signs what we send.</summary>
public interface ISigner
{
    /// <summary>The value of <c>X-PARTNER-SIGN</c> for these bytes; null when there is no key to sign with now.</summary>
    string? Sign(ReadOnlySpan<byte> body);
}
