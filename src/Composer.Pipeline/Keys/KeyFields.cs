using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Composer.Core.Json;
using Composer.Core.Settings;
using Composer.Store.Records;

namespace Composer.Pipeline.Keys;

/// <summary>
/// The fields of a record of inputs, read from the JSON that its <c>job.json</c> holds. Nested records give dotted paths,
/// those marked <see cref="InlineAttribute"/> none of their own.
/// </summary>
/// <remarks>Two records whose JSON differs, by more than the sign of a zero, have different fields.</remarks>
internal static class KeyFields
{
    /// <summary>A plan asks for the same few types many thousand times.</summary>
    private static readonly ConcurrentDictionary<Type, Dictionary<string, Property>> Records = new();

    /// <summary>Every field that is written, in no order.</summary>
    /// <param name="inputs">A record that <see cref="ComposerJson.Inputs"/> can write.</param>
    /// <exception cref="ArgumentException">A number is not finite, or a text no valid Unicode.</exception>
    public static IEnumerable<PreimageField> Of(object inputs)
    {
        var type = inputs.GetType();
        return OfRecord("", type, JsonSerializer.SerializeToElement(inputs, type, ComposerJson.Inputs));
    }

    private static IEnumerable<PreimageField> OfRecord(string path, Type type, JsonElement json)
    {
        var properties = Records.GetOrAdd(type, PropertiesOf);
        foreach (var item in json.EnumerateObject())
        {
            var (nested, isInline) = properties[item.Name];
            var inner = Join(path, item.Name);
            foreach (var field in nested is null || IsEmpty(item.Value)
                ? OfJson(inner, item.Value)
                : OfRecord(isInline ? path : inner, nested, item.Value))
            {
                yield return field;
            }
        }
    }

    private static Dictionary<string, Property> PropertiesOf(Type type) => ComposerJson.Inputs.GetTypeInfo(type).Properties.ToDictionary(
        p => p.Name,
        p => new Property(
            p.CustomConverter is null && ComposerJson.Inputs.GetTypeInfo(p.PropertyType).Kind == JsonTypeInfoKind.Object ? p.PropertyType : null,
            p.AttributeProvider?.IsDefined(typeof(InlineAttribute), inherit: true) == true),
        StringComparer.Ordinal);

    private static IEnumerable<PreimageField> OfJson(string path, JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object when IsEmpty(json) => [new PreimageField(path, 'o', "{}")],
        JsonValueKind.Object => json.EnumerateObject().SelectMany(p => OfJson(Join(path, Plain(p.Name)), p.Value)),
        JsonValueKind.Array when json.EnumerateArray().Any(i => i.ValueKind is JsonValueKind.Object or JsonValueKind.Array) =>
            json.EnumerateArray().SelectMany((item, i) => OfJson(string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), item)),
        JsonValueKind.Array => [new PreimageField(path, 'l', $"[{string.Join(',', json.EnumerateArray().Select(Text))}]")],
        JsonValueKind.String => [new PreimageField(path, 's', json.GetString()!)],
        JsonValueKind.Number => [new PreimageField(path, 'n', Text(json))],
        JsonValueKind.True or JsonValueKind.False => [new PreimageField(path, 'b', Text(json))],
        _ => [new PreimageField(path, 'z', Text(json))],
    };

    private static bool IsEmpty(JsonElement json) => json.ValueKind == JsonValueKind.Object && !json.EnumerateObject().Any();

    private static string Text(JsonElement json) => json.GetRawText() is var text && text == "-0" ? "0" : text;

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>A key of a table: in quotes where it could be read as a path.</summary>
    private static string Plain(string key) =>
        key.Length == 0 || key.AsSpan().IndexOfAny(".[]\"") >= 0 ? JsonSerializer.Serialize(key, ComposerJson.Inputs) : key;

    /// <summary>A property of a record.</summary>
    /// <param name="Record">Its type where that is a record too, else null.</param>
    /// <param name="IsInline">Whether that record's fields stand beside the property's.</param>
    private readonly record struct Property(Type? Record, bool IsInline);
}
