using PayoutWorker.AtRest;
using PayoutWorker.Host.Configuration.Rules;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Keys;

/// <summary>The keys that wrap data keys, read from their files once; the rules have checked them.</summary>
internal static class AtRestKeys
{
    /// <summary>Null where none are configured.</summary>
    public static KeyRing? Of(AtRestSettings settings) =>
        settings.KeyFiles.Count == 0
            ? null
            : new KeyRing([.. settings.KeyFiles.Select(file => CardRules.HashKey(File.ReadAllText(file))!)]);
}
