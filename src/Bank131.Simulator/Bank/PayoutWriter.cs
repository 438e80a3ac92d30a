using System.Text.Json;

namespace Bank131.Simulator;

/// <summary>One payout inside a session's JSON.</summary>
internal static class PayoutWriter
{
    public static void Write(Utf8JsonWriter json, BankSession session, BankPayout payout, int version, string state)
    {
        var order = payout.Shown;
        json.WriteStartObject();
        json.WriteString("id", payout.Id);
        json.WriteString("status", state);
        json.WriteString("created_at", SessionWriter.Time(payout.CreatedAt));
        if (payout.FinishedAt is { } finished)
            json.WriteString("finished_at", SessionWriter.Time(finished));
        json.WriteStartObject(version == 1 ? "payment_method" : "payout_details");
        if (order.CardNumber is { } number)
            WriteCard(json, number);
        else
            WriteAccount(json, order);
        json.WriteEndObject();
        WriteAmount(json, order.Amount ?? 0, session.Rko ? order.Currency?.ToUpperInvariant() : order.Currency);
        if (session.Rko)
            WriteEmpty(json, "paymentMetadata");
        WriteParticipants(json, order);
        if (!session.Rko && payout.Metadata is not null)
        {
            json.WritePropertyName("metadata");
            json.WriteRawValue(payout.Metadata, skipInputValidation: true);
        }
        if (payout.Error is not null)
            SessionWriter.WriteError(json, payout.Error);
        if (payout.Refunds.Count > 0)
            WriteRefunds(json, payout.Refunds);
        if (session.Rko)
            WriteOptions(json);
        json.WriteEndObject();
    }

    public static string StateText(PayoutState state) =>
        state switch
        {
            PayoutState.InProgress => "in_progress",
            PayoutState.Pending => "pending",
            PayoutState.Succeeded => "succeeded",
            _ => "failed",
        };

    private static void WriteAccount(Utf8JsonWriter json, PayoutOrder order)
    {
        json.WriteString("type", "bank_account");
        json.WriteStartObject("bank_account");
        json.WriteString("system_type", "ru");
        json.WriteStartObject("ru");
        json.WriteString("bik", order.Bik);
        json.WriteString("account", order.Account);
        json.WriteString("full_name", order.FullName);
        json.WriteString("description", order.Description);
        json.WriteBoolean("is_fast", order.IsFast ?? false);
        if (order.Kpp is not null)
            json.WriteString("kpp", order.Kpp);
        if (order.Inn is not null)
            json.WriteString("inn", order.Inn);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteCard(Utf8JsonWriter json, string number)
    {
        json.WriteString("type", "card");
        json.WriteStartObject("card");
        json.WriteString("last4", number.AsSpan(number.Length - 4));
        json.WriteString("brand", Brand(number));
        json.WriteString("bin", number.AsSpan(0, 6));
        json.WriteString("country_iso3", "RUS");
        json.WriteEndObject();
    }

    private static string Brand(string number) =>
        number[0] switch
        {
            '2' when number.StartsWith("220", StringComparison.Ordinal) => "mir",
            '4' => "visa",
            _ => "mastercard",
        };

    private static void WriteParticipants(Utf8JsonWriter json, PayoutOrder order)
    {
        json.WriteStartObject("participant_details");
        if (order.SenderAccount is not null)
        {
            json.WriteStartObject("sender");
            json.WriteString("account", order.SenderAccount);
            json.WriteEndObject();
        }
        if (order.RecipientName is not null)
        {
            json.WriteStartObject("recipient");
            json.WriteString("full_name", order.RecipientName);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteRefunds(Utf8JsonWriter json, List<BankRefund> refunds)
    {
        json.WriteStartArray("refunds");
        foreach (var refund in refunds)
        {
            json.WriteStartObject();
            json.WriteString("id", refund.Id);
            json.WriteString("status", refund.Status);
            json.WriteString("created_at", SessionWriter.Time(refund.At));
            if (refund.Status == "accepted")
                json.WriteString("finished_at", SessionWriter.Time(refund.At));
            WriteAmount(json, refund.Amount, refund.Currency);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteAmount(Utf8JsonWriter json, long amount, string? currency)
    {
        json.WriteStartObject("amount_details");
        json.WriteNumber("amount", amount);
        json.WriteString("currency", currency);
        json.WriteEndObject();
    }

    private static void WriteOptions(Utf8JsonWriter json)
    {
        json.WriteStartObject("payment_options");
        json.WriteBoolean("recurrent", false);
        json.WriteBoolean("is_subsequent", false);
        json.WriteEndObject();
    }

    private static void WriteEmpty(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject(name);
        json.WriteEndObject();
    }
}
