using System.Text;

namespace PayoutWorker.AtRest;

/// <summary>Seals with one data key that is known to be stored. Short-lived: taken for one write.</summary>
internal readonly struct Sealer(Guid keyId, byte[]? key)
{
    /// <summary>Writes in clear, where no key is configured.</summary>
    public static Sealer Clear => default;

    public byte[] Seal(byte[] plain, string identity) =>
        key is null ? plain : SealedForm.Seal(keyId, key, plain, identity);

    public string? SealText(string? plain, string identity) =>
        plain is null || key is null
            ? plain
            : SealedForm.ToText(SealedForm.Seal(keyId, key, Encoding.UTF8.GetBytes(plain), identity));
}
