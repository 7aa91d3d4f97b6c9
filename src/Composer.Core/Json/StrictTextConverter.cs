using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Composer.Core.Json;

/// <summary>Texts that are valid Unicode. Half of a surrogate pair is refused where it would be written as another character.</summary>
internal sealed class StrictTextConverter : JsonConverter<string>
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <inheritdoc/>
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The text is no valid Unicode.</exception>
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Utf8.GetBytes(value));

    /// <inheritdoc/>
    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString()!;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The text is no valid Unicode.</exception>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WritePropertyName(Utf8.GetBytes(value));
}
