using System.CommandLine;
using PayoutWorker.Host.Verbs.Keys;

namespace PayoutWorker.Host.Verbs;

/// <summary><c>keys</c>: makes and shows key files. Each subcommand is a file of its own.</summary>
internal static class KeysVerb
{
    public static Command Create() =>
        new("keys", "Make and show key files.")
        {
            NewKeyVerb.Create(),
            NewSealingVerb.Create(),
            ShowKeyVerb.Create(),
            ListKeysVerb.Create(),
            KeyForBankVerb.Create(),
            DataKeyVerbs.New(),
            DataKeyVerbs.Rewrap(),
        };
}
