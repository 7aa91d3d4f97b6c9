using System.Text.Json;
using System.Text.Json.Serialization;

namespace Composer.Architecture.Primitives;

/// <summary>Options as JSON: an object of objects, by symbol and by name.</summary>
public sealed class PrimitiveOptionsConverter : JsonConverter<PrimitiveOptions>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">No such object, a symbol of more than one letter, a value twice or no integer.</exception>
    public override PrimitiveOptions Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var read = PrimitiveOptions.Empty;
        Require(reader.TokenType == JsonTokenType.StartObject, "options are an object of symbols");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var symbol = reader.GetString()!;
            Require(symbol.Length == 1 && char.IsAsciiLetterUpper(symbol[0]), $"'{symbol}' is no symbol of a primitive");
            Require(reader.Read() && reader.TokenType == JsonTokenType.StartObject, $"the options of {symbol} are an object");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                var value = 0;
                Require(
                    reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out value),
                    $"'{name}' of {symbol} is no integer");
                Require(read.Of(symbol[0], name) is null, $"'{name}' of {symbol} stands twice");
                read = read.With(symbol[0], name, value);
            }
        }

        return read;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, PrimitiveOptions value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var primitive in value.All.GroupBy(option => option.Symbol))
        {
            writer.WriteStartObject(primitive.Key.ToString());
            foreach (var (_, name, number) in primitive)
            {
                writer.WriteNumber(name, number);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new JsonException(otherwise + ".");
        }
    }
}
