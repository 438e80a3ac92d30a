using System.Text.Json;
using System.Text.Json.Serialization;
using Bank131.Views;
using PayoutWorker.Payouts;

namespace PayoutWorker.Decisions;

/// <summary>Names are spelled differently by banks, so comparing them is a choice; numbers are always compared.</summary>
/// <param name="SenderBik">BIK of the accounts we pay from, Bank 131's by default; null compares none.</param>
internal sealed record GuardPolicy(
    bool CompareName = false,
    bool CompareInn = true,
    bool CompareKpp = false,
    string? SenderBik = "049205131"
);

/// <summary>What the bank showed of its payout: the fields that the guard compares, and nothing else.</summary>
internal sealed record Echo(
    string PayoutId,
    long? Amount,
    string? Currency,
    string? Account,
    string? Bik,
    string? Sender,
    string? Name,
    string? Inn,
    string? Kpp,
    string? CardLast4
)
{
    public static Echo Of(PayoutView payout) =>
        new(
            payout.Id,
            payout.Amount,
            payout.Currency,
            payout.Payee.Account,
            payout.Payee.Bik,
            payout.SenderAccount,
            payout.Payee.Name,
            payout.Payee.Inn,
            payout.Payee.Kpp,
            payout.Payee.CardLast4
        );

    public string ToText() => JsonSerializer.Serialize(this, EchoJson.Default.Echo);

    public static Echo? FromText(string? text) =>
        text is null ? null : JsonSerializer.Deserialize(text, EchoJson.Default.Echo);
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Echo))]
internal sealed partial class EchoJson : JsonSerializerContext;

/// <summary>
/// Is what the bank is about to pay what was ordered? Runs when the evidence arrives, and again before every confirm.
/// What is absent counts as different.
/// </summary>
internal static class Guard
{
    /// <summary>Before confirm. Empty when all fits, else each difference in words, numbers by their last four digits.</summary>
    public static IReadOnlyList<string> BeforeConfirm(
        Order order,
        Echo echo,
        string? confirmInformation,
        GuardPolicy policy
    )
    {
        List<string> problems = [.. Paid(order, echo)];
        if (order.Method == Method.Card)
            return problems;
        Number(problems, "sender account", order.SenderAccount, echo.Sender);
        Requisites(problems, "", order, echo.Name, echo.Inn, echo.Kpp, policy);
        var confirm = confirmInformation is null ? null : ViewReader.Confirm(confirmInformation);
        if (confirm is not { Sender: { } sender, Recipient: { } recipient })
        {
            problems.Add("confirm_information: sender and recipient account details are missing");
            return problems;
        }
        Number(problems, "sender account in confirm_information", order.SenderAccount, sender.Account);
        if (policy.SenderBik is not null)
            Number(problems, "sender BIK in confirm_information", policy.SenderBik, sender.Bik);
        Number(problems, "recipient account in confirm_information", order.Recipient.Account, recipient.Account);
        Number(problems, "recipient BIK in confirm_information", order.Recipient.Bik, recipient.Bik);
        Requisites(problems, " in confirm_information", order, recipient.Name, recipient.Inn, recipient.Kpp, policy);
        return problems;
    }

    /// <summary>When the bank says it paid: our amount, to our payee.</summary>
    public static IReadOnlyList<string> Paid(Order order, Echo echo)
    {
        List<string> problems = [];
        if (!order.Amount.Is(echo.Amount, echo.Currency))
            problems.Add($"amount: ordered {order.Amount}, the bank shows {Shown(echo)}");
        if (order.Method == Method.Card)
        {
            Number(problems, "card", order.Recipient.CardLast4, echo.CardLast4);
            return problems;
        }
        Number(problems, "recipient account", order.Recipient.Account, echo.Account);
        Number(problems, "recipient BIK", order.Recipient.Bik, echo.Bik);
        return problems;
    }

    private static void Requisites(
        List<string> problems,
        string where,
        Order order,
        string? name,
        string? inn,
        string? kpp,
        GuardPolicy policy
    )
    {
        if (policy.CompareName && Plain(order.Recipient.Name) != Plain(name))
            problems.Add($"recipient name{where}: another than ordered");
        // The bank may leave the tax numbers out; when it shows one, it must be ours.
        if (policy.CompareInn && order.Recipient.Inn is not null && inn is not null)
            Number(problems, $"recipient INN{where}", order.Recipient.Inn, inn);
        if (policy.CompareKpp && order.Recipient.Kpp is not null && kpp is not null)
            Number(problems, $"recipient KPP{where}", order.Recipient.Kpp, kpp);
    }

    private static void Number(List<string> problems, string what, string? ordered, string? shown)
    {
        if (ordered is null || ordered != shown)
            problems.Add($"{what}: ordered {Tail(ordered)}, the bank shows {Tail(shown)}");
    }

    private static string Tail(string? number) =>
        number is null ? "nothing"
        : number.Length <= 4 ? number
        : "…" + number[^4..];

    private static string Shown(Echo echo) =>
        echo is { Amount: { } amount, Currency: { } currency } ? new Money(amount, currency).ToString() : "none";

    private static string Plain(string? name) =>
        string.Join(
            ' ',
            (name ?? "")
                .ToUpperInvariant()
                .Replace('Ё', 'Е')
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        );
}
