using System.CommandLine;

namespace PayoutWorker.Host.Verbs.Keys;

/// <summary><c>keys new</c>: the pair that signs our requests.</summary>
internal static class NewKeyVerb
{
    public static Command Create()
    {
        var (environment, folder, name) = KeyFiles.Options();
        var command = new Command("new", "Make a pair that signs our requests to the bank.")
        {
            environment,
            folder,
            name,
        };
        command.SetAction(parsed =>
        {
            var made = KeyFiles.Make(parsed.GetValue(environment), parsed.GetValue(folder)!, parsed.GetValue(name)!);
            Console.Out.WriteLine(
                $"""
                private key  {made.PrivateFile}   stays here; for Bank:Projects:N:PrivateKeyFile
                public key   {made.PublicFile}
                fingerprint  {made.Fingerprint}

                keys for-bank {made.PublicFile} prints what the bank needs. Compare the fingerprint by another
                way than the one the key went. The bank's own public key goes to Bank:PublicKeys.
                """
            );
            return ExitCode.Ok;
        });
        return command;
    }
}
