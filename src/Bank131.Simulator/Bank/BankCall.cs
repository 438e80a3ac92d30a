using System.Text.Json;
using Bank131.Views;

namespace Bank131.Simulator;

/// <summary>The body of a call, read.</summary>
/// <param name="Metadata">Raw JSON.</param>
/// <param name="ConfirmInformation">Raw JSON.</param>
internal sealed record BankCall(string? SessionId, PayoutOrder Order, string? Metadata, string? ConfirmInformation)
{
    /// <summary>Null with a reason when the body is not what the method takes.</summary>
    public static BankCall? Read(ReadOnlyMemory<byte> body, BankRoute route, out string reason)
    {
        using var document = ViewReader.Parse(body);
        if (document is null)
        {
            reason = "expected one JSON object";
            return null;
        }
        var root = document.RootElement;
        reason = "";
        var order = route.Step is BankStep.Create or BankStep.Start or BankStep.Init
            ? ReadOrder(root, route.Version, ref reason)
            : PayoutOrder.Empty;
        var id = ViewReader.Text(root, "session_id");
        if (route.Step is not (BankStep.Create or BankStep.Init) && id is null)
            reason = "session_id is required";
        return reason.Length > 0
            ? null
            : new BankCall(id, order, Raw(root, "metadata"), Raw(root, "confirm_information"));
    }

    private static PayoutOrder ReadOrder(JsonElement root, int version, ref string reason)
    {
        var method = Child(root, version == 1 ? "payment_method" : "payout_details");
        var amounts = Child(root, "amount_details");
        var parties = Child(root, "participant_details");
        if (method is null && amounts is null && parties is null)
            return PayoutOrder.Empty;
        var ru = Child(Child(method, "bank_account"), "ru");
        return new PayoutOrder
        {
            Bik = Text(ru, "bik"),
            Account = Text(ru, "account"),
            FullName = Text(ru, "full_name"),
            Description = Text(ru, "description"),
            IsFast = Flag(ru, "is_fast", ref reason),
            Inn = Text(ru, "inn"),
            Kpp = Text(ru, "kpp"),
            CardNumber = Text(Child(Child(method, "card"), "bank_card"), "number"),
            Amount = Amount(amounts, ref reason),
            Currency = Text(amounts, "currency"),
            SenderAccount = Text(Child(parties, "sender"), "account"),
            RecipientName = Text(Child(parties, "recipient"), "full_name"),
        };
    }

    private static long? Amount(JsonElement? amounts, ref string reason)
    {
        if (Child(amounts, "amount") is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var amount) && amount > 0)
            return amount;
        reason = "amount_details.amount: expected an integer above zero";
        return null;
    }

    private static bool? Flag(JsonElement? owner, string name, ref string reason)
    {
        if (Child(owner, name) is not { } value)
            return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        reason = $"{name}: expected a boolean";
        return null;
    }

    private static string? Raw(JsonElement root, string name) => Child(root, name)?.GetRawText();

    private static string? Text(JsonElement? owner, string name) =>
        owner is { ValueKind: JsonValueKind.Object } o ? ViewReader.Text(o, name) : null;

    private static JsonElement? Child(JsonElement? owner, string name) =>
        owner is { ValueKind: JsonValueKind.Object } o
        && o.TryGetProperty(name, out var child)
        && child.ValueKind != JsonValueKind.Null
            ? child
            : null;
}
