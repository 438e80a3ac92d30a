namespace PayoutWorker.Tests.Support;

/// <summary>Files of the repository, found from where the tests run.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Folder { get; } = Find();

    public static string Text(string path) => File.ReadAllText(Path.Combine(Folder, path));

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "PayoutWorker.sln")))
                return folder.FullName;
        throw new FileNotFoundException($"no PayoutWorker.sln above {AppContext.BaseDirectory}");
    }
}
