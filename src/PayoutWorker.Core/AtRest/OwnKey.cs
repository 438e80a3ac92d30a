using System.Security.Cryptography;

namespace PayoutWorker.AtRest;

/// <summary>A data key that this process made and writes with, for a day or some millions of values.</summary>
internal sealed class OwnKey(long madeAt)
{
    /// <summary>Random nonces of 12 bytes stay unique for far more values than these.</summary>
    public const int MostUses = 10_000_000;

    public static readonly TimeSpan Life = TimeSpan.FromDays(1);

    private int _uses;

    public Guid Id { get; } = Guid.NewGuid();
    public byte[] Key { get; } = RandomNumberGenerator.GetBytes(KeyRing.KeyBytes);

    /// <summary>A statement that stored it has returned; nothing is sealed with it before.</summary>
    public bool IsStored { get; set; }

    public bool IsOld(TimeProvider time) => _uses >= MostUses || time.GetElapsedTime(madeAt) >= Life;

    public void Use(int values) => Interlocked.Add(ref _uses, values);
}
