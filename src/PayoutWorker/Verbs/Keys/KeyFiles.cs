using System.CommandLine;
using PayoutWorker.Host.Configuration.Settings;
using PayoutWorker.Host.Keys;

namespace PayoutWorker.Host.Verbs.Keys;

/// <summary>What the subcommands that make keys have in common.</summary>
internal static class KeyFiles
{
    public static (Option<BankEnvironment> Environment, Option<string> Folder, Option<string> Name) Options() =>
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

    public static (string PrivateFile, string PublicFile, string Fingerprint) Make(
        BankEnvironment environment,
        string folder,
        string name
    )
    {
        if (name.Length == 0 || name.AsSpan().ContainsAny('/', '\\') || name[0] == '.')
            throw new StartException($"--name: expected a plain name, found '{name}'", ExitCode.CheckFailed);
        return Guarded(() => KeyPair.Create(environment, folder, name));
    }

    public static T Guarded<T>(Func<T> make)
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
