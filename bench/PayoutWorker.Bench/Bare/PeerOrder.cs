using Bank131.Client;
using Bank131.Messages;

namespace PayoutWorker.Bench.Bare;

/// <summary>A row of peer.payout, with the bodies of its calls: the same bytes as the product's.</summary>
internal sealed record PeerOrder(
    long Id,
    string ErpKey,
    long Amount,
    string SenderAccount,
    string RecipientName,
    string RecipientAccount,
    string RecipientBik,
    string Purpose
)
{
    public string Key(string step) => $"{ErpKey}:{step}";

    public byte[] Create() => BankJson.Bytes(new CreateSession(new RawJson($$"""{"ref":"{{ErpKey}}"}""")));

    public byte[] Start(string sessionId) =>
        BankJson.Bytes(
            new StartPayout(
                sessionId,
                PaymentMethod.Account(
                    new RussianAccount(RecipientBik, RecipientAccount, RecipientName, Purpose, null, null, null)
                ),
                new AmountDetails(Amount, "rub"),
                new ParticipantDetails(new Participant(SenderAccount, null), null)
            )
        );

    public static byte[] Confirm(string sessionId, string? confirmInformation) =>
        BankJson.Bytes(
            new DecideSession(sessionId, confirmInformation is null ? null : new RawJson(confirmInformation))
        );
}

/// <summary>The bank's calls, for peers that meet a bank without faults only.</summary>
internal static class PeerCalls
{
    /// <summary>Posts and returns the session's id.</summary>
    public static async Task<string> CallAsync(this PeerSettings settings, string path, byte[] body, string key) =>
        await settings.Bank.PostAsync(settings.Project, path, body, key, CancellationToken.None) switch
        {
            BankAnswer.Accepted accepted => accepted.Session.Id,
            var other => throw new InvalidOperationException($"{path}: {other}"),
        };
}
