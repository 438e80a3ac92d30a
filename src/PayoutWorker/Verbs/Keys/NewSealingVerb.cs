using System.CommandLine;
using PayoutWorker.Host.Keys;

namespace PayoutWorker.Host.Verbs.Keys;

/// <summary><c>keys new-sealing</c>: the pair that seals card numbers, and the body hash key.</summary>
internal static class NewSealingVerb
{
    public static Command Create()
    {
        var (environment, folder, name) = KeyFiles.Options();
        var command = new Command("new-sealing", "Make the pair that seals card numbers, and the body hash key.")
        {
            environment,
            folder,
            name,
        };
        command.SetAction(parsed =>
        {
            var (where, called) = (parsed.GetValue(folder)!, parsed.GetValue(name)!);
            var made = KeyFiles.Make(parsed.GetValue(environment), where, called);
            var hash = KeyFiles.Guarded(() => KeyPair.CreateHashKey(parsed.GetValue(environment), where, called));
            Console.Out.WriteLine(
                $"""
                private key  {made.PrivateFile}   for Cards:PrivateKeyFiles, the newest first
                hash key     {hash}   for Cards:BodyHashKeyFile
                public key   {made.PublicFile}   for the ERP, which seals with it
                fingerprint  {made.Fingerprint}
                """
            );
            return ExitCode.Ok;
        });
        return command;
    }
}
