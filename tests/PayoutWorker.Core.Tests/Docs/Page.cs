namespace PayoutWorker.Core.Tests.Docs;

/// <summary>A page of docs/, as copied beside the tests.</summary>
internal static class Page
{
    public static string Text(string name) =>
        File.ReadAllText(Path.Combine(TestContext.CurrentContext.TestDirectory, name));
}
