using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bank131.Messages;

/// <summary>
/// JSON text that goes out exactly as it came in, byte for byte: <c>confirm_information</c> must be echoed to the bank
/// as it was received (page "Payouts from a settlement account", step confirm), so it is never parsed and rebuilt.
/// </summary>
/// <param name="Text">One complete JSON value.</param>
[JsonConverter(typeof(RawJsonConverter))]
public readonly record struct RawJson(string Text)
{
    public override string ToString() => Text;
}

internal sealed class RawJsonConverter : JsonConverter<RawJson>
{
    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return new RawJson(document.RootElement.GetRawText());
    }

    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Text);
}
