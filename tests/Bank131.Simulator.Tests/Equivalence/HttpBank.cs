using Bank131.Messages;
using Bank131.Signing;
using Bank131.Simulator.Tests.Support;

namespace Bank131.Simulator.Tests.Equivalence;

/// <summary>The simulator as a program: HTTP, signatures, webhooks to a real partner.</summary>
internal sealed class HttpBank : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpMessageInvoker _http = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }
    );
    private readonly Partner _partner;
    private readonly SigningKey _key;

    private HttpBank(BankSimulator bank, Partner partner, SigningKey key) =>
        (Bank, _partner, _key) = (bank, partner, key);

    public BankSimulator Bank { get; }

    public static async Task<HttpBank> StartAsync(
        SimulatorOptions options,
        TimeProvider time,
        Partner partner,
        SigningKey key
    ) => new(await BankSimulator.StartAsync(options, time, CancellationToken.None), partner, key);

    /// <returns>HTTP status and body; status 0 where the connection breaks.</returns>
    public async Task<(int Status, byte[] Body)> SendAsync(Call call)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Bank.BaseAddress, call.Path));
        request.Content = new ByteArrayContent(call.Body);
        request.Headers.Add(BankHeader.Project, call.Project);
        if (Signature(call) is { } signature)
            request.Headers.Add(BankHeader.Sign, signature);
        if (call.Key is not null)
            request.Headers.Add(BankHeader.IdempotencyKey, call.Key);
        try
        {
            using var response = await _http.SendAsync(request, CancellationToken.None);
            return ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync());
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (0, []);
        }
    }

    /// <summary>Waits until the program has done all that its core has done, then compares everything.</summary>
    public async Task SettleAsync(CoreBank core, string when)
    {
        // Any script wakes the bank's clockwork, which would look again only after a second.
        Bank.Script((RandomFaults?)null);
        var began = TimeProvider.System.GetTimestamp();
        while (Differences(core).Any() && TimeProvider.System.GetElapsedTime(began) < Patience)
            await Task.Delay(1);
        var differences = Differences(core).Take(10).ToArray();
        if (differences.Length > 0)
            throw new InvalidOperationException($"{when}:\n{string.Join('\n', differences)}");
        if (_partner.All.Any(webhook => webhook.KeyId is null) != core.Events.Any(IsForged))
            throw new InvalidOperationException(
                $"{when}: a webhook is signed badly that no fault forged, or the reverse"
            );
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Bank.DisposeAsync();
    }

    private static bool IsForged(BankEvent happened) =>
        happened is { Kind: BankEventKind.WebhookSending, Code: "forged" };

    // Webhooks go out side by side, so their order among each other is open; everything else is compared as it is.
    private IEnumerable<string> Differences(CoreBank core) =>
        Difference("events", core.Events.Select(Text), Bank.Events.After().Select(Text))
            .Concat(Difference("ledger", core.Machine.Ledger.All().Select(Text), Bank.Ledger.All().Select(Text)))
            .Concat(Difference("sessions", core.Shown.Select(Hex), Bank.SessionIds().Select(id => Hex(Bank.Show(id)!))))
            .Concat(Difference("next act", [$"{core.Machine.NextDue:O}"], [$"{Bank.NextDue:O}"]))
            .Concat(Difference("webhooks", core.Webhooks.Select(Hex), _partner.All.Select(got => Hex(got.Body))));

    private static IEnumerable<string> Difference(string what, IEnumerable<string> core, IEnumerable<string> program)
    {
        var (left, right) = (
            core.Order(StringComparer.Ordinal).ToList(),
            program.Order(StringComparer.Ordinal).ToList()
        );
        if (left.SequenceEqual(right))
            return [];
        foreach (var one in left.ToArray())
            if (right.Remove(one))
                left.Remove(one);
        return left.Select(one => $"  {what}, core only: {one}")
            .Concat(right.Select(one => $"  {what}, program only: {one}"));
    }

    private string? Signature(Call call) =>
        call.Signature switch
        {
            null => _key.Sign(call.Body),
            Intrusion.NoSignature => null,
            Intrusion.SignatureOfOtherBody => _key.Sign([.. call.Body, (byte)' ']),
            _ => Convert.ToBase64String(new byte[256]),
        };

    private static string Text(BankEvent happened) => $"{happened with { Number = 0, Count = 0 }}";

    private static string Text(LedgerEntry entry) => $"{entry}";

    private static string Hex(byte[] body) => System.Text.Encoding.UTF8.GetString(body);
}
