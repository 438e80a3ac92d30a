namespace Bank131.Signing;

/// <summary>Tells whose signature a body carries.</summary>
public interface IVerifier
{
    /// <summary>The id of the key that signed exactly these bytes, or null.</summary>
    /// <param name="signature">Base64, as the header <c>X-PARTNER-SIGN</c> brought it.</param>
    string? Verify(ReadOnlySpan<byte> body, string? signature);
}
