using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Composer.Core.Json;
using Composer.Core.Settings;
using Composer.Store.Records;

namespace Composer.Pipeline.Keys;

/// <summary>
/// The fields of a record of inputs, by the same contract that writes it as JSON: what its <c>job.json</c> holds is what
/// its key covers. Nested records give dotted paths, those marked <see cref="InlineAttribute"/> none of their own.
/// </summary>
internal static class KeyFields
{
    /// <summary>Every field that is not null, in no order.</summary>
    /// <param name="inputs">A record that <see cref="ComposerJson.Inputs"/> can write.</param>
    /// <exception cref="ArgumentException">A number is not finite, or a text no valid Unicode.</exception>
    public static IEnumerable<PreimageField> Of(object inputs) => OfObject("", inputs);

    private static IEnumerable<PreimageField> OfObject(string path, object value)
    {
        foreach (var property in ComposerJson.Inputs.GetTypeInfo(value.GetType()).Properties)
        {
            if (property.Get is not { } get || get(value) is not { } item || property.ShouldSerialize?.Invoke(value, item) == false)
            {
                continue;
            }

            var inline = property.AttributeProvider?.IsDefined(typeof(InlineAttribute), inherit: true) == true;
            foreach (var field in OfValue(inline ? path : Join(path, property.Name), item))
            {
                yield return field;
            }
        }
    }

    private static IEnumerable<PreimageField> OfValue(string path, object value)
    {
        var type = value.GetType();
        return ComposerJson.Inputs.GetTypeInfo(type).Kind == JsonTypeInfoKind.Object
            ? OfObject(path, value)
            : OfJson(path, JsonSerializer.SerializeToElement(value, type, ComposerJson.Inputs));
    }

    private static IEnumerable<PreimageField> OfJson(string path, JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(p => OfJson(Join(path, p.Name), p.Value)),
        JsonValueKind.Array when json.EnumerateArray().Any(i => i.ValueKind is JsonValueKind.Object or JsonValueKind.Array) =>
            json.EnumerateArray().SelectMany((item, i) => OfJson(string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), item)),
        JsonValueKind.Array => [new PreimageField(path, 'l', json.GetRawText())],
        JsonValueKind.String => [new PreimageField(path, 's', json.GetString()!)],
        JsonValueKind.Number => [new PreimageField(path, 'n', json.GetRawText())],
        JsonValueKind.True => [new PreimageField(path, 'b', "true")],
        JsonValueKind.False => [new PreimageField(path, 'b', "false")],
        _ => [],
    };

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
