namespace Bank131.Signing;

/// <summary>The other side's public keys: a signature of any one that counts now is good.</summary>
public sealed class VerifyingRing(TimeProvider time) : KeyRing<VerifyingKey>(time), IVerifier
{
    public string? Verify(ReadOnlySpan<byte> body, string? signature)
    {
        if (VerifyingKey.Bytes(signature) is not { } raw)
            return null;
        var now = Now;
        foreach (var key in Keys)
            if (key.IsValidAt(now) && key.Key.Verify(body, raw))
                return key.Id;
        return null;
    }
}
