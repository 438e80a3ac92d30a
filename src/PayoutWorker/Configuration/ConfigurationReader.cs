using System.Text.Json;
using PayoutWorker.Host.Configuration.Rules;
using PayoutWorker.Host.Configuration.Settings;

namespace PayoutWorker.Host.Configuration;

/// <summary>
/// Reads the configuration: appsettings.json beside the program, then the file of <c>--config</c>, then environment
/// variables <c>PAYOUTS_Section__Key</c>; the later one wins.
/// </summary>
internal static class ConfigurationReader
{
    public const string EnvironmentPrefix = "PAYOUTS_";

    public static (WorkerConfiguration Configuration, Findings Findings) Read(string? file, RunOnly? only = null)
    {
        var (source, findings) = Sources(file);
        var configuration = Bind(source, findings, only);
        configuration.SourceFile = file;
        return (configuration, findings);
    }

    /// <summary>What stands there now, bound and not checked: the worker that runs takes the keys from it alone.</summary>
    public static (WorkerConfiguration Configuration, Findings Findings) ReadAgain(string? file)
    {
        var (source, findings) = Sources(file);
        return (BindOnly(source, findings), findings);
    }

    private static (IConfiguration Source, Findings Findings) Sources(string? file)
    {
        var findings = new Findings();
        var builder = new ConfigurationBuilder();
        AddFile(builder, Path.Combine(AppContext.BaseDirectory, "appsettings.json"), "appsettings.json", findings);
        if (file is not null)
            AddFile(builder, Path.GetFullPath(file), "--config", findings);
        builder.AddEnvironmentVariables(EnvironmentPrefix);
        return (builder.Build(), findings);
    }

    /// <summary>Binds and checks.</summary>
    public static WorkerConfiguration Bind(IConfiguration source, Findings findings, RunOnly? only = null)
    {
        var configuration = BindOnly(source, findings);
        AllRules.Check(configuration, findings, only);
        return configuration;
    }

    private static WorkerConfiguration BindOnly(IConfiguration source, Findings findings)
    {
        var configuration = new WorkerConfiguration();
        var binder = new SettingsBinder(findings);
        var sections = configuration.Sections.ToArray();
        foreach (var child in source.GetChildren())
        {
            var known = sections.FirstOrDefault(s => s.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            if (known.Targets is null)
                binder.Unknown(child.Key, child.Key, sections.Select(section => section.Name));
            else
                binder.Bind(child, known.Name, known.Targets);
        }
        return configuration;
    }

    private static void AddFile(ConfigurationBuilder builder, string path, string name, Findings findings)
    {
        try
        {
            // Read here, so that a broken file is one problem among the others and not an exception later.
            builder.AddJsonStream(new MemoryStream(File.ReadAllBytes(path)));
            _ = new ConfigurationBuilder().AddJsonStream(new MemoryStream(File.ReadAllBytes(path))).Build();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            findings.Add(name, "a readable file", $"'{path}' ({e.GetType().Name})", "Correct the path or its rights.");
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidDataException)
        {
            builder.Sources.RemoveAt(builder.Sources.Count - 1);
            findings.Add(name, "a JSON file", $"'{path}': {e.InnerException?.Message ?? e.Message}", "Correct it.");
        }
    }
}
