using System.Text.Json;
using System.Text.Json.Serialization;

namespace Composer.Core.Settings;

/// <summary>Values of an enum in JSON by the names of <see cref="SettingNames"/>, and by no others.</summary>
public sealed class SettingNameConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">No value has the name.</exception>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? ReadAsPropertyName(ref reader, typeToConvert, options)
            : throw new JsonException($"A {typeof(T).Name} is a text.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(SettingNames.Of(value));

    /// <inheritdoc/>
    /// <exception cref="JsonException">No value has the name.</exception>
    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        SettingNames.TryParse<T>(reader.GetString()!, out var value, out var error) ? value : throw new JsonException(error);

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WritePropertyName(SettingNames.Of(value));
}
