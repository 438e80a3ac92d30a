using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bank131.Messages;

/// <summary>Requests to the bytes that are signed and sent: UTF-8, snake case, no nulls, Cyrillic as it is.</summary>
public static class BankJson
{
    private static readonly BankJsonContext Context = new(
        new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }
    );

    public static byte[] Bytes(CreateSession request) => Serialize(request, Context.CreateSession);

    public static byte[] Bytes(StartPayout request) => Serialize(request, Context.StartPayout);

    public static byte[] Bytes(InitPayout request) => Serialize(request, Context.InitPayout);

    public static byte[] Bytes(DecideSession request) => Serialize(request, Context.DecideSession);

    public static byte[] Bytes(AskSession request) => Serialize(request, Context.AskSession);

    public static byte[] Bytes(AskStatement request) => Serialize(request, Context.AskStatement);

    private static byte[] Serialize<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        JsonSerializer.SerializeToUtf8Bytes(value, type);
}

[JsonSerializable(typeof(CreateSession))]
[JsonSerializable(typeof(StartPayout))]
[JsonSerializable(typeof(InitPayout))]
[JsonSerializable(typeof(DecideSession))]
[JsonSerializable(typeof(AskSession))]
[JsonSerializable(typeof(AskStatement))]
internal sealed partial class BankJsonContext : JsonSerializerContext;
