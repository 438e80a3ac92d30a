using System.CommandLine;
using PayoutWorker.Lab.Supply;

namespace PayoutWorker.Lab.Verbs;

/// <summary><c>sbom</c>: the bill of materials of what ships.</summary>
internal static class SbomVerb
{
    public static Command Create()
    {
        var from = new Option<string?>("--from")
        {
            Description = "output folder of a build or of publish; left out: the worker beside this program",
            HelpName = "DIR",
        };
        var output = new Option<string?>("--out") { Description = "a file instead of the screen", HelpName = "FILE" };
        var command = new Command("sbom", "Write what ships as a bill of materials (CycloneDX 1.5)") { from, output };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var folder = parsed.GetValue(from) ?? AppContext.BaseDirectory;
                var text = Sbom.Of(ShippedParts.Read(folder, Packages.Home), folder);
                if (parsed.GetValue(output) is { } file)
                    await File.WriteAllTextAsync(file, text, cancellationToken);
                else
                    await Console.Out.WriteAsync(text);
                return 0;
            }
        );
        return command;
    }
}
