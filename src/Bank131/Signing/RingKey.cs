namespace Bank131.Signing;

/// <summary>A key of a ring, with its name and the time in which it counts.</summary>
/// <param name="Id">Our name for it; a webhook keeps it.</param>
/// <param name="Fingerprint">SHA-256 of the public key's DER form, lower-case hex.</param>
/// <param name="ValidFrom">From this moment on; null: always was.</param>
/// <param name="ValidTo">Up to this moment, which is outside; null: has no end.</param>
public sealed record RingKey<T>(
    string Id,
    T Key,
    string Fingerprint,
    DateTimeOffset? ValidFrom = null,
    DateTimeOffset? ValidTo = null
)
{
    public bool IsValidAt(DateTimeOffset moment) =>
        (ValidFrom is not { } from || from <= moment) && (ValidTo is not { } to || moment < to);
}
