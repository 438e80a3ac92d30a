using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Bank131.Simulator;

/// <summary>The bodies that the bank sends, in the shapes of its own examples. One thread at a time.</summary>
internal sealed class SessionWriter : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly Utf8JsonWriter _json;

    public SessionWriter() =>
        _json = new Utf8JsonWriter(
            _buffer,
            new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true }
        );

    public byte[] Answer(BankSession session, int version, bool withConfirmInformation)
    {
        Begin();
        _json.WriteString("status", "ok");
        WriteSession(session, version);
        if (withConfirmInformation && session is { AwaitsConfirm: true, ConfirmInformation: not null })
            WriteRaw("confirm_information", session.ConfirmInformation);
        return End();
    }

    public byte[] Webhook(BankSession session, string type, int version)
    {
        Begin();
        _json.WriteString("type", type);
        WriteSession(session, version);
        if (type == WebhookType.ReadyToConfirm && session.ConfirmInformation is not null)
            WriteRaw("confirm_information", session.ConfirmInformation);
        return End();
    }

    /// <summary>What a forger would like to be believed: the session's payouts have succeeded.</summary>
    public byte[] ForgedSuccess(BankSession session)
    {
        Begin();
        _json.WriteString("type", WebhookType.PaymentFinished);
        _json.WriteStartObject("session");
        WriteHead(session.Id, "accepted", session.CreatedAt, session.UpdatedAt);
        _json.WriteStartArray("payments");
        foreach (var payout in session.Payouts)
            PayoutWriter.Write(_json, session, payout, version: 1, state: "succeeded");
        _json.WriteEndArray();
        _json.WriteEndObject();
        return End();
    }

    public byte[] Error(string code, string description)
    {
        Begin();
        _json.WriteString("status", "error");
        WriteError(_json, new BankErrorBody(code, description));
        return End();
    }

    public byte[] ConfirmInformation(SimulatedProject project, PayoutOrder order)
    {
        Begin();
        _json.WriteStartObject("account_details");
        _json.WriteStartObject("sender");
        WriteParty(order.SenderAccount, project.SenderName, "Bank 131", "049205131", "30101810822029205131");
        _json.WriteString("inn", project.SenderInn);
        _json.WriteString("kpp", project.SenderKpp);
        _json.WriteEndObject();
        _json.WriteStartObject("recipient");
        var bik = order.Bik ?? "";
        var correspondent = "30101810200000000" + (bik.Length >= 3 ? bik[^3..] : "000");
        WriteParty(order.Account, order.FullName, "Bank " + bik, bik, correspondent);
        if (order.Inn is not null)
            _json.WriteString("inn", order.Inn);
        if (order.Kpp is not null)
            _json.WriteString("kpp", order.Kpp);
        _json.WriteEndObject();
        _json.WriteEndObject();
        return End();
    }

    public static string Time(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    public static void WriteError(Utf8JsonWriter json, BankErrorBody error)
    {
        json.WriteStartObject("error");
        json.WriteString("code", error.Code);
        json.WriteString("description", error.Description);
        json.WriteEndObject();
    }

    public void Dispose() => _json.Dispose();

    private void WriteSession(BankSession session, int version)
    {
        _json.WriteStartObject("session");
        WriteHead(session.Id, StateText(session.State), session.CreatedAt, session.UpdatedAt);
        if (session.Payouts.Count > 0)
        {
            _json.WriteStartArray(version == 1 ? "payments" : "payout_list");
            foreach (var payout in session.Payouts)
                PayoutWriter.Write(_json, session, payout, version, PayoutWriter.StateText(payout.State));
            _json.WriteEndArray();
        }
        if (session.AwaitsConfirm)
            _json.WriteString("next_action", "confirm");
        if (session.Error is not null)
            WriteError(_json, session.Error);
        if (session is { Rko: true, Payouts.Count: > 0 })
        {
            _json.WriteStartObject("session_metadata");
            _json.WriteEndObject();
        }
        _json.WriteEndObject();
    }

    private void WriteHead(string id, string state, DateTimeOffset created, DateTimeOffset updated)
    {
        _json.WriteString("id", id);
        _json.WriteString("status", state);
        _json.WriteString("created_at", Time(created));
        _json.WriteString("updated_at", Time(updated));
    }

    private void WriteParty(string? account, string? name, string bank, string bik, string correspondent)
    {
        _json.WriteString("account_number", account);
        _json.WriteString("name", name);
        _json.WriteString("bank_name", bank);
        _json.WriteString("bik", bik);
        _json.WriteString("correspondent_account_number", correspondent);
    }

    private void WriteRaw(string name, byte[] json)
    {
        _json.WritePropertyName(name);
        _json.WriteRawValue(json, skipInputValidation: true);
    }

    private void Begin()
    {
        _buffer.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
    }

    private byte[] End()
    {
        _json.WriteEndObject();
        _json.Flush();
        return _buffer.WrittenSpan.ToArray();
    }

    private static string StateText(SessionState state) =>
        state switch
        {
            SessionState.Created => "created",
            SessionState.InProgress => "in_progress",
            SessionState.Accepted => "accepted",
            SessionState.Cancelled => "cancelled",
            _ => "error",
        };
}
