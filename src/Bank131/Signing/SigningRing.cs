namespace Bank131.Signing;

/// <summary>Our private keys of one project: the newest one that counts now signs.</summary>
public sealed class SigningRing(TimeProvider time) : KeyRing<SigningKey>(time), ISigner
{
    public string? Sign(ReadOnlySpan<byte> body) => Current?.Key.Sign(body);
}
