using System.CommandLine;
using PayoutWorker.Host.Keys;

namespace PayoutWorker.Host.Verbs.Keys;

/// <summary><c>keys show</c>: what key files hold.</summary>
internal static class ShowKeyVerb
{
    public static Command Create()
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
}
