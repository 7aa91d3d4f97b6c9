using System.Text.Json;
using System.Text.Json.Serialization;

namespace Composer.Core;

/// <summary>A seed as a JSON number.</summary>
public sealed class SeedConverter : JsonConverter<Seed>
{
    /// <inheritdoc/>
    public override Seed Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetUInt64());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Seed value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
}
