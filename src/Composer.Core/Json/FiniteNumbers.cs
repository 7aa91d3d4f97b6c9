using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Composer.Core.Json;

/// <summary>Finds the numbers of an output that are none: NaN and the infinities.</summary>
public static class FiniteNumbers
{
    private const string Sign = "\uE000not finite: ";

    private static readonly JsonSerializerOptions Options = new(ComposerJson.Options)
    {
        Converters = { new SingleConverter(), new DoubleConverter() },
    };

    /// <summary>Where a value has them, with what stands there: <c>curve[3].loss is NaN</c>; empty where every number is finite.</summary>
    public static IReadOnlyList<string> Missing<T>(T value)
    {
        using var document = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(value, Options));
        return [.. Find("", document.RootElement)];
    }

    private static IEnumerable<string> Find(string path, JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(p => Find(path.Length == 0 ? p.Name : $"{path}.{p.Name}", p.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(
            (item, i) => Find(string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), item)),
        JsonValueKind.String when json.GetString()!.StartsWith(Sign, StringComparison.Ordinal) =>
            [$"{path} is {json.GetString()![Sign.Length..]}"],
        _ => [],
    };

    /// <summary>Writes what is no number as a text that no output has.</summary>
    private sealed class DoubleConverter : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
            {
                writer.WriteNumberValue(value);
            }
            else
            {
                writer.WriteStringValue(Sign + value.ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    private sealed class SingleConverter : JsonConverter<float>
    {
        public override float Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetSingle();

        public override void Write(Utf8JsonWriter writer, float value, JsonSerializerOptions options)
        {
            if (float.IsFinite(value))
            {
                writer.WriteNumberValue(value);
            }
            else
            {
                writer.WriteStringValue(Sign + value.ToString(CultureInfo.InvariantCulture));
            }
        }
    }
}
