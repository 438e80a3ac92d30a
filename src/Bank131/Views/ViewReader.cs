using System.Text.Json;
using System.Text.Unicode;

namespace Bank131.Views;

/// <summary>
/// Reads what the bank sends. Tolerant of extra fields, odd dates and both spellings (v1 <c>payments</c>,
/// <c>payment_method</c>; v2 <c>payout_list</c>, <c>payout_details</c>), strict where money is decided: an amount that
/// is not an integer, or a word that is not known, is "unknown", and a key that stands twice makes the body unreadable.
/// </summary>
public static class ViewReader
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>Parses a body; null when it is not one JSON object in UTF-8 without repeated keys.</summary>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> body)
    {
        // The parser looks at characters only when a text is asked for, and then it throws.
        if (!Utf8.IsValid(body.Span))
            return null;
        try
        {
            var document = JsonDocument.Parse(body, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: half a character in a key.
            return null;
        }
    }

    /// <summary>Reads the session of an envelope: an answer or a webhook. Null when there is none with an id.</summary>
    public static SessionView? Session(JsonElement envelope)
    {
        if (Child(envelope, "session") is not { } session || IdOf(session) is not { Length: > 0 } id)
            return null;
        var status = Text(session, "status") ?? "";
        var payouts = Child(session, "payments") ?? Child(session, "payout_list");
        return new SessionView(
            id,
            StatusOf(status),
            status,
            Text(session, "next_action") == "confirm",
            payouts is { ValueKind: JsonValueKind.Array } list
                ? [.. list.EnumerateArray().Where(p => p.ValueKind == JsonValueKind.Object).Select(Payout)]
                : [],
            Error(session),
            ConfirmInformation(envelope) ?? ConfirmInformation(session),
            Reference(session, "metadata") ?? Reference(session, "session_metadata")
        );
    }

    /// <summary>Reads <c>error</c> of an envelope, a session or a payout; null when there is no code.</summary>
    public static BankError? Error(JsonElement owner) =>
        Child(owner, "error") is { } error && Text(error, "code") is { Length: > 0 } code
            ? new BankError(MaskedText.Of(code)!, MaskedText.Of(Text(error, "description")))
            : null;

    /// <summary>Reads the raw <c>confirm_information</c> for the guard; null when it is not readable.</summary>
    public static ConfirmView? Confirm(string confirmInformation)
    {
        using var document = Parse(System.Text.Encoding.UTF8.GetBytes(confirmInformation));
        if (document is null || Child(document.RootElement, "account_details") is not { } details)
            return null;
        return new ConfirmView(Party(details, "sender"), Party(details, "recipient"));
    }

    /// <summary>A text, or null: not there, not a text, or cut in the middle of a character.</summary>
    public static string? Text(JsonElement owner, string name) =>
        Child(owner, name) is { ValueKind: JsonValueKind.String } value ? Text(value) : null;

    private static string? Text(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static PayoutView Payout(JsonElement payout)
    {
        var status = Text(payout, "status") ?? "";
        var amounts = Child(payout, "amount_details");
        var method = Child(payout, "payment_method") ?? Child(payout, "payout_details");
        var sender = Child(payout, "participant_details") is { } parties ? Child(parties, "sender") : null;
        var (refunded, pending) = Refunds(payout);
        return new PayoutView(
            IdOf(payout),
            PayoutStatusOf(status),
            status,
            amounts is { } a ? Integer(a, "amount") : null,
            amounts is { } b ? Text(b, "currency") : null,
            Payee(method),
            sender is { } s ? Text(s, "account") : null,
            Error(payout),
            refunded,
            pending,
            Reference(payout, "metadata") ?? Reference(payout, "paymentMetadata")
        );
    }

    private static PayeeView Payee(JsonElement? method)
    {
        if (method is not { } m)
            return new PayeeView(null, null, null, null, null, null);
        var ru = Child(m, "bank_account") is { } account ? Child(account, "ru") : null;
        var card = Child(m, "card");
        return new PayeeView(
            ru is { } r ? Text(r, "account") : null,
            ru is { } q ? Text(q, "bik") : null,
            ru is { } n ? Text(n, "full_name") : null,
            ru is { } i ? Text(i, "inn") : null,
            ru is { } k ? Text(k, "kpp") : null,
            card is { } c ? Text(c, "last4") : null
        );
    }

    private static (long Refunded, bool Pending) Refunds(JsonElement payout)
    {
        if (Child(payout, "refunds") is not { ValueKind: JsonValueKind.Array } list)
            return (0, false);
        var (sum, pending) = (0L, false);
        foreach (var refund in list.EnumerateArray())
        {
            var status = Text(refund, "status");
            if (status != "accepted")
                pending |= status != "declined";
            else if (Child(refund, "amount_details") is { } a && Integer(a, "amount") is { } amount and > 0)
                // A sum beyond all money is as unclear as no amount at all.
                (sum, pending) = amount > long.MaxValue - sum ? (long.MaxValue, true) : (sum + amount, pending);
            else
                pending = true;
        }
        return (sum, pending);
    }

    private static PartyView? Party(JsonElement details, string name) =>
        Child(details, name) is { } party
            ? new PartyView(
                Text(party, "account_number"),
                Text(party, "bik"),
                Text(party, "name"),
                Text(party, "inn"),
                Text(party, "kpp")
            )
            : null;

    private static string? ConfirmInformation(JsonElement owner) =>
        Child(owner, "confirm_information") is { ValueKind: JsonValueKind.Object } information
            ? information.GetRawText()
            : null;

    private static string? Reference(JsonElement owner, string name) =>
        Child(owner, name) is { } metadata ? Text(metadata, "ref") : null;

    // Older pages show bare numbers as ids: any scalar is kept as opaque text.
    private static string IdOf(JsonElement owner) =>
        Child(owner, "id") switch
        {
            { ValueKind: JsonValueKind.String } text => Text(text) ?? "",
            { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
            _ => "",
        };

    private static long? Integer(JsonElement owner, string name) =>
        Child(owner, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number)
            ? number
            : null;

    private static JsonElement? Child(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object
        && owner.TryGetProperty(name, out var child)
        && child.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)
            ? child
            : null;

    private static SessionStatus StatusOf(string status) =>
        status switch
        {
            "created" => SessionStatus.Created,
            "in_progress" => SessionStatus.InProgress,
            "accepted" => SessionStatus.Accepted,
            "cancelled" => SessionStatus.Cancelled,
            "error" => SessionStatus.Error,
            _ => SessionStatus.Unknown,
        };

    private static PayoutStatus PayoutStatusOf(string status) =>
        status switch
        {
            "in_progress" => PayoutStatus.InProgress,
            "pending" => PayoutStatus.Pending,
            "succeeded" => PayoutStatus.Succeeded,
            "failed" => PayoutStatus.Failed,
            _ => PayoutStatus.Unknown,
        };
}
