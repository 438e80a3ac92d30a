using System.Security.Cryptography;
using Bank131.Client;
using Bank131.Messages;
using Bank131.Simulator;
using Dapper;
using PayoutWorker.Driving;
using PayoutWorker.IntegrationTests.Model;

namespace PayoutWorker.IntegrationTests.Proof;

/// <summary>
/// The bank's core at the end of a line that looks, before every call, whether its intent is committed: from a
/// connection of its own, which sees nothing else.
/// </summary>
internal sealed class BenchBank(BankMachine machine, VirtualClock clock, BenchTime time) : IBank
{
    private readonly Dictionary<string, int> _posts = [];

    public IReadOnlyList<string> PausedProjects => [];
    public int Trickle => int.MaxValue;

    /// <summary>Calls that nobody intended, or oftener than intended, or with another body.</summary>
    public List<string> Wrongs { get; } = [];
    public int Posts => _posts.Values.Sum();

    /// <summary>Webhooks that must come before an answer.</summary>
    public List<WebhookDelivery> First { get; } = [];

    public async Task<BankAnswer> SendAsync(
        string project,
        string path,
        ReadOnlyMemory<byte> body,
        string idempotencyKey
    )
    {
        await CheckIntentAsync(idempotencyKey, body);
        return Handle(project, path, body, idempotencyKey);
    }

    public Task<BankAnswer> AskAsync(string project, string sessionId, CancellationToken cancellationToken) =>
        Task.FromResult(Handle(project, BankPath.Status, BankJson.Bytes(new AskSession(sessionId)), null));

    private BankAnswer Handle(string project, string path, ReadOnlyMemory<byte> body, string? key)
    {
        var reply = machine.Handle(new BankRequest(project, path, body, null, key), time.Now);
        First.AddRange(reply.SendFirst);
        return reply.Fate == ReplyFate.Answer
            ? AnswerReader.Read(reply.HttpStatus, reply.RetryAfter, reply.Body)
            : new BankAnswer.Unknown("connection: ResponseEnded");
    }

    private async Task CheckIntentAsync(string key, ReadOnlyMemory<byte> body)
    {
        var posts = _posts[key] = _posts.GetValueOrDefault(key) + 1;
        await using var connection = await clock.Admin.OpenConnectionAsync();
        var intent = await connection.QuerySingleOrDefaultAsync<Intent>(
            "SELECT sends, outcome, body_hash AS hash FROM payouts.bank_call WHERE idempotency_key = @key",
            new { key }
        );
        if (intent is null)
            Wrongs.Add($"{key} was sent without a committed intent");
        else if (intent.Outcome is not null || posts > intent.Sends)
            Wrongs.Add($"{key} was sent {posts} times, intended {intent.Sends} times, the last one {intent.Outcome}");
        else if (
            intent.Hash is not null
            && !key.Contains(":init:", StringComparison.Ordinal)
            && !SHA256.HashData(body.Span).AsSpan().SequenceEqual(intent.Hash)
        )
            Wrongs.Add($"{key} was sent with another body than intended");
    }

    private sealed class Intent
    {
        public int Sends { get; init; }
        public string? Outcome { get; init; }
        public byte[]? Hash { get; init; }
    }
}
