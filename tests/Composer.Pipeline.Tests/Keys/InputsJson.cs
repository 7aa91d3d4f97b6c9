using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Composer.Core.Json;
using Composer.Core.Settings;
using Composer.Pipeline.Keys;

namespace Composer.Pipeline.Tests.Keys;

/// <summary>The fields of a key as they stand in the JSON of its inputs.</summary>
internal static class InputsJson
{
    /// <summary>A field that the key and <c>job.json</c> say differently; null when there is none.</summary>
    public static string? Difference(object inputs)
    {
        var json = FieldsOf(inputs).ToHashSet();
        var key = Preimage.Of("kind", new JobCode(default), null, inputs).Fields
            .Where(f => f.Path is not (Preimage.Kind or "code"))
            .Select(f => (f.Path, f.Type, f.Value))
            .ToHashSet();
        json.SymmetricExceptWith(key);
        return json.Count == 0
            ? null
            : string.Join("; ", json.Select(f => $"{f.Path} {f.Type} {f.Value} {(key.Contains(f) ? "in the key" : "in the JSON")}"));
    }

    private static IEnumerable<(string Path, char Type, string Value)> FieldsOf(object inputs) =>
        OfRecord("", inputs.GetType(), JsonSerializer.SerializeToElement(inputs, inputs.GetType(), ComposerJson.Inputs));

    private static IEnumerable<(string Path, char Type, string Value)> OfRecord(string path, Type type, JsonElement json)
    {
        var contract = ComposerJson.Inputs.GetTypeInfo(type).Properties.ToDictionary(p => p.Name, StringComparer.Ordinal);
        return json.EnumerateObject().SelectMany(item =>
        {
            var property = contract[item.Name];
            var inline = property.AttributeProvider?.IsDefined(typeof(InlineAttribute), inherit: true) == true;
            var nested = property.CustomConverter is null
                && ComposerJson.Inputs.GetTypeInfo(property.PropertyType).Kind == JsonTypeInfoKind.Object;
            return nested && item.Value.EnumerateObject().Any()
                ? OfRecord(inline ? path : Join(path, item.Name), property.PropertyType, item.Value)
                : OfJson(Join(path, item.Name), item.Value);
        });
    }

    private static IEnumerable<(string Path, char Type, string Value)> OfJson(string path, JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object when !json.EnumerateObject().Any() => [(path, 'o', "{}")],
        JsonValueKind.Object => json.EnumerateObject().SelectMany(p => OfJson(Join(path, Plain(p.Name)), p.Value)),
        JsonValueKind.Array when json.EnumerateArray().Any(i => i.ValueKind is JsonValueKind.Object or JsonValueKind.Array) =>
            json.EnumerateArray().SelectMany((item, i) => OfJson(string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), item)),
        JsonValueKind.Array => [(path, 'l', $"[{string.Join(',', json.EnumerateArray().Select(Text))}]")],
        JsonValueKind.String => [(path, 's', json.GetString()!)],
        JsonValueKind.Number => [(path, 'n', Text(json))],
        JsonValueKind.True or JsonValueKind.False => [(path, 'b', Text(json))],
        _ => [(path, 'z', Text(json))],
    };

    private static string Text(JsonElement json) => json.GetRawText() is var text && text == "-0" ? "0" : text;

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static string Plain(string key) =>
        key.Length == 0 || key.AsSpan().IndexOfAny(".[]\"") >= 0 ? JsonSerializer.Serialize(key, ComposerJson.Inputs) : key;
}
