using System.Text;
using Bank131.Client;
using Bank131.Messages;

namespace Bank131.Tests.Support;

/// <summary>One call of the client, and what a bank would answer to it.</summary>
internal static class Call
{
    public const string Good = """{"status":"ok","session":{"id":"ps_1","status":"created"}}""";
    public const string Bad = """{"status":"error","error":{"code":"session_wrong_state","description":"no"}}""";
    public static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"metadata":{"ref":"ж"}}""");

    public static BankClientOptions Options(Uri address) =>
        new(address, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5));

    public static async Task<BankAnswer> PostAsync(Uri address, string? key = null)
    {
        using var client = new BankClient(Options(address));
        return await client.PostAsync(TestKey.Project, BankPath.CreateRko, Body, key, CancellationToken.None);
    }

    public static Task<BankAnswer> PostAsync(BankClient client) =>
        client.PostAsync(TestKey.Project, BankPath.CreateRko, Body, null, CancellationToken.None);
}
