namespace PayoutWorker.Tests.Support;

/// <summary>Files of the repository, found from where the tests run.</summary>
internal static class Repository
{
    public static string Text(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "PayoutWorker.sln")))
                return File.ReadAllText(Path.Combine(folder.FullName, path));
        throw new FileNotFoundException($"no PayoutWorker.sln above {AppContext.BaseDirectory}");
    }
}
