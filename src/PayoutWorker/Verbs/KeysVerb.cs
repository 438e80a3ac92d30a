using System.CommandLine;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Host.Keys;

namespace PayoutWorker.Host.Verbs;

/// <summary><c>keys</c>: makes and shows key files.</summary>
internal static class KeysVerb
{
    public static Command Create() =>
        new("keys", "Make and show key files.")
        {
            New(),
            NewSealing(),
            Show(),
            DataKeyVerbs.New(),
            DataKeyVerbs.Rewrap(),
        };

    private static Command New()
    {
        var (environment, folder, name) = Options();
        var command = new Command("new", "Make a pair that signs our requests to the bank.")
        {
            environment,
            folder,
            name,
        };
        command.SetAction(parsed =>
        {
            var made = Make(parsed.GetValue(environment), parsed.GetValue(folder)!, parsed.GetValue(name)!);
            Console.Out.WriteLine(
                $"""
                private key  {made.PrivateFile}   stays here; for Bank:Projects:N:PrivateKeyFile
                public key   {made.PublicFile}
                fingerprint  {made.Fingerprint}

                Send the public key to the bank for your project, and compare the fingerprint by another way
                than the one the file went. The bank's own public key goes to Bank:PublicKeys.
                """
            );
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command NewSealing()
    {
        var (environment, folder, name) = Options();
        var command = new Command("new-sealing", "Make the pair that seals card numbers, and the body hash key.")
        {
            environment,
            folder,
            name,
        };
        command.SetAction(parsed =>
        {
            var (where, called) = (parsed.GetValue(folder)!, parsed.GetValue(name)!);
            var made = Make(parsed.GetValue(environment), where, called);
            var hash = Guarded(() => KeyPair.CreateHashKey(parsed.GetValue(environment), where, called));
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

    private static Command Show()
    {
        var files = new Argument<string[]>("FILE") { Arity = ArgumentArity.OneOrMore, Description = "PEM files" };
        var command = new Command("show", "Show kind, length, environment and fingerprint of key files.") { files };
        command.SetAction(parsed =>
        {
            foreach (var file in parsed.GetValue(files)!)
                Console.Out.WriteLine(KeyDescription.Of(file));
            return ExitCode.Ok;
        });
        return command;
    }

    private static (Option<BankEnvironment> Environment, Option<string> Folder, Option<string> Name) Options() =>
        (
            new("--environment") { Description = "demo or live; stands in the files", Required = true },
            new("--out")
            {
                Description = "folder for the files",
                Required = true,
                HelpName = "DIR",
            },
            new("--name") { Description = "first part of the files' names", Required = true }
        );

    private static (string PrivateFile, string PublicFile, string Fingerprint) Make(
        BankEnvironment environment,
        string folder,
        string name
    )
    {
        if (name.Length == 0 || name.AsSpan().ContainsAny('/', '\\') || name[0] == '.')
            throw new StartException($"--name: expected a plain name, found '{name}'", ExitCode.CheckFailed);
        return Guarded(() => KeyPair.Create(environment, folder, name));
    }

    private static T Guarded<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{e.Message} Keys are never overwritten.", ExitCode.CheckFailed);
        }
    }
}
