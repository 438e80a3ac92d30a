using System.Security.Cryptography;
using System.Text;
using Bank131.Signing;
using PayoutWorker.Host.Configuration;
using PayoutWorker.Host.Configuration.Rules;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Keys.Rings;

/// <summary>
/// A ring and what it was loaded from. It is taken anew whole or not at all: while one of its files is bad, all stays
/// as it was. A file that did not change is not imported again.
/// </summary>
/// <param name="use">What the keys are for, as people read it.</param>
/// <param name="read">Path of the setting, file and findings to the text of a good file, else null.</param>
/// <param name="import">Key id and PEM text to the key with its fingerprint.</param>
internal sealed class LoadedRing<T>(
    string use,
    KeyRing<T> ring,
    Func<string, string?, Findings, string?> read,
    Func<string, string, (T Key, string Fingerprint)> import
)
{
    // Of the text, which is not kept: it is a private key.
    private Dictionary<string, (T Key, string Fingerprint)> _imported = [];

    public string Use => use;
    public KeyRing<T> Ring => ring;

    /// <summary>True when the keys, their names or their dates are others now.</summary>
    public bool Load(string path, IReadOnlyList<KeySettings> settings, Findings findings)
    {
        var before = findings.Problems.Count;
        if (settings.Count == 0)
            findings.Add(path, "a key", "none", "Leave at least one; the keys known before stay in use.");
        KeyRules.List(path, settings, findings);
        Dictionary<string, (T Key, string Fingerprint)> imported = [];
        List<RingKey<T>> keys = [];
        for (var i = 0; i < settings.Count; i++)
            if (Key($"{path}:{i}:File", settings[i], imported, findings) is { } key)
                keys.Add(key);
        if (findings.Problems.Count > before || keys.SequenceEqual(ring.Keys))
            return false;
        _imported = imported;
        ring.Replace(keys);
        return true;
    }

    private RingKey<T>? Key(
        string path,
        KeySettings settings,
        Dictionary<string, (T Key, string Fingerprint)> imported,
        Findings findings
    )
    {
        if (read(path, settings.File, findings) is not { } pem)
            return null;
        var digest = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(pem)));
        try
        {
            if (!_imported.TryGetValue(digest, out var key) && !imported.TryGetValue(digest, out key))
                key = import(settings.Id ?? "", pem);
            imported[digest] = key;
            return new RingKey<T>(settings.Id ?? "", key.Key, key.Fingerprint, settings.ValidFrom, settings.ValidTo);
        }
        catch (CryptographicException)
        {
            findings.Add(path, "a key that can be used", $"'{settings.File}'", "Make another: keys new.");
            return null;
        }
    }
}
