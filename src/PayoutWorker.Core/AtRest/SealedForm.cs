namespace PayoutWorker.AtRest;

/// <summary>
/// What a sealed value looks like: FF 'P' 'W', a version, the data key's id (16 bytes), then <see cref="Gcm"/>. FF occurs
/// in no text in UTF-8, so what was written in clear before is told apart. In a text column: <c>pw1:</c> and Base64.
/// </summary>
internal static class SealedForm
{
    private const byte Version = 1;
    private const string TextPrefix = "pw1:";
    private const int IdBytes = 16;
    private const int HeadBytes = 4 + IdBytes;

    private static ReadOnlySpan<byte> Mark => [0xFF, (byte)'P', (byte)'W', Version];

    /// <param name="identity">What it is and whose: a value moved to another row or column does not open there.</param>
    public static byte[] Seal(Guid keyId, byte[] key, ReadOnlySpan<byte> plain, string identity)
    {
        var result = new byte[HeadBytes + Gcm.Overhead + plain.Length];
        Mark.CopyTo(result);
        keyId.TryWriteBytes(result.AsSpan(Mark.Length), bigEndian: true, out _);
        Gcm.Seal(key, plain, Bound(result.AsSpan(0, HeadBytes), identity), result.AsSpan(HeadBytes));
        return result;
    }

    /// <summary>Null when the value is in clear.</summary>
    public static Guid? KeyOf(ReadOnlySpan<byte> value) =>
        value.Length >= HeadBytes + Gcm.Overhead && value.StartsWith(Mark)
            ? new Guid(value[Mark.Length..HeadBytes], bigEndian: true)
            : null;

    /// <inheritdoc cref="Gcm.Open"/>
    public static byte[] Open(byte[] key, ReadOnlySpan<byte> value, string identity) =>
        Gcm.Open(key, value[HeadBytes..], Bound(value[..HeadBytes], identity));

    public static string ToText(byte[] value) => TextPrefix + Convert.ToBase64String(value);

    /// <summary>Null when the text is in clear.</summary>
    public static byte[]? FromText(string text)
    {
        if (!text.StartsWith(TextPrefix, StringComparison.Ordinal))
            return null;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text[TextPrefix.Length..], bytes, out var length) ? bytes[..length] : null;
    }

    private static byte[] Bound(ReadOnlySpan<byte> head, string identity) =>
        [.. head, .. System.Text.Encoding.UTF8.GetBytes(identity)];
}
