namespace PayoutWorker.Lab;

/// <summary>Where the sources are: Lab builds nothing, but tests and starts what was built there.</summary>
internal static class RepositoryRoot
{
    private const string Solution = "PayoutWorker.sln";

    /// <summary>The folder of the solution, above the running program.</summary>
    public static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Solution)))
                return folder.FullName;
        }
        throw new InvalidOperationException($"Expected {Solution} in a folder above {AppContext.BaseDirectory}.");
    }
}
