using System.CommandLine;
using PayoutWorker.Lab.Verbs;

var root = new RootCommand("What never ships: a private PostgreSQL, the test run, the demo.");
foreach (var verb in VerbList.All())
    root.Add(verb);

// Ctrl-C and SIGTERM cancel the verbs' token; then servers need time to end and folders to be removed.
var invocation = new InvocationConfiguration
{
    ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
    EnableDefaultExceptionHandler = false,
};
string[] asked = args is [] or ["help"] ? ["--help"] : args;
try
{
    return await root.Parse(asked).InvokeAsync(invocation);
}
catch (OperationCanceledException)
{
    // 128 + SIGINT, what a shell reports for a program that Ctrl-C ended.
    return 130;
}
catch (Exception e) when (e is InvalidOperationException or TimeoutException or FileNotFoundException)
{
    // Messages for the person at the keyboard (what to install, why a server did not start); no stack needed.
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
