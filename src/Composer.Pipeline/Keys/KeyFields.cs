using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Composer.Core;
using Composer.Core.Json;
using Composer.Core.Settings;
using Composer.Store.Records;

namespace Composer.Pipeline.Keys;

/// <summary>
/// The fields of a record of inputs: what its <c>job.json</c> holds, a value a field. Nested records give dotted paths, those
/// marked <see cref="InlineAttribute"/> none of their own.
/// </summary>
/// <remarks>
/// Two records whose JSON differs, by more than the sign of a zero, have different fields. They are read from the record and
/// not from its JSON, since the serializer's contracts of some fifty types cost every command a tenth of a second; a test
/// holds both equal.
/// </remarks>
internal static class KeyFields
{
    /// <summary>A plan asks for the same few types many thousand times.</summary>
    private static readonly ConcurrentDictionary<Type, KeyShape> Shapes = new();

    /// <summary>Adds every field that is written, in no order.</summary>
    /// <param name="inputs">A record that <see cref="ComposerJson.Inputs"/> can write.</param>
    /// <param name="fields">Receives them.</param>
    /// <exception cref="ArgumentException">A number is not finite, or a text no valid Unicode.</exception>
    public static void Add(object inputs, List<PreimageField> fields) => AddRecord("", ShapeOf(inputs), inputs, fields);

    private static KeyShape ShapeOf(object value) => Shapes.GetOrAdd(value.GetType(), KeyShape.Of);

    private static void AddRecord(string path, KeyShape shape, object record, List<PreimageField> fields)
    {
        var unread = shape.IsSelective ? ((IReadsSelectively)record).Unread : [];
        foreach (var property in shape.Properties)
        {
            if ((unread.Count > 0 && unread.Contains(property.Info.Name)) || property.Info.GetValue(record) is not { } value)
            {
                continue;
            }

            var inner = Join(path, property.Name);
            if (property.IsInline && ShapeOf(value) is { IsRecord: true } nested)
            {
                var before = fields.Count;
                AddRecord(path, nested, value, fields);
                AddNothing(inner, before, fields);
            }
            else
            {
                AddValue(inner, value, fields);
            }
        }
    }

    private static void AddValue(string path, object value, List<PreimageField> fields)
    {
        var before = fields.Count;
        var shape = ShapeOf(value);
        if (Scalar(value, shape) is { } scalar)
        {
            fields.Add(new(path, scalar.Type, scalar.Text));
        }
        else if (shape.IsRecord)
        {
            AddRecord(path, shape, value, fields);
            AddNothing(path, before, fields);
        }
        else if (value is IValueMap map)
        {
            foreach (var (key, item) in map.Entries)
            {
                AddValue(Join(path, Plain(key)), item, fields);
            }

            AddNothing(path, before, fields);
        }
        else if (value is IEnumerable items && !shape.IsWrittenByItself)
        {
            AddList(path, [.. items.Cast<object>()], fields);
        }
        else
        {
            AddJson(path, JsonSerializer.SerializeToElement(value, value.GetType(), ComposerJson.Inputs), fields);
        }
    }

    private static void AddList(string path, object[] items, List<PreimageField> fields)
    {
        var texts = Array.ConvertAll(items, item => Scalar(item, ShapeOf(item)) is { } scalar ? InList(scalar) : null);
        if (Array.TrueForAll(texts, text => text is not null))
        {
            fields.Add(new(path, 'l', $"[{string.Join(',', texts)}]"));
            return;
        }

        for (var i = 0; i < items.Length; i++)
        {
            AddValue(string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), items[i], fields);
        }
    }

    /// <summary>Of a value that says by a converter of its own how it is written.</summary>
    private static void AddJson(string path, JsonElement json, List<PreimageField> fields)
    {
        var before = fields.Count;
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in json.EnumerateObject())
                {
                    AddJson(Join(path, Plain(property.Name)), property.Value, fields);
                }

                AddNothing(path, before, fields);
                break;
            case JsonValueKind.Number:
                fields.Add(new(path, 'n', json.GetRawText()));
                break;
            default:
                throw new ArgumentException($"A {json.ValueKind} in the JSON of '{path}' has no form in a key.", nameof(json));
        }
    }

    private static (char Type, string Text)? Scalar(object value, KeyShape shape) => value switch
    {
        string text => ('s', text),
        bool flag => ('b', flag ? "true" : "false"),
        Enum choice => ('s', SettingNames.Of(choice)),
        Seed seed => ('n', seed.ToString()),
        double number => ('n', Finite(number).ToString(CultureInfo.InvariantCulture)),
        int or long or uint or ulong => ('n', ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture)),
        _ when shape.IsText => ('s', value.ToString()!),
        _ => null,
    };

    private static string InList((char Type, string Text) scalar) => scalar.Type == 's' ? Quoted(scalar.Text) : scalar.Text;

    private static double Finite(double number) =>
        !double.IsFinite(number) ? throw new ArgumentException($"{number} is no finite number.", nameof(number))
        : number == 0 ? 0 : number;

    /// <summary>Says of something that added no field that it is empty.</summary>
    private static void AddNothing(string path, int before, List<PreimageField> fields)
    {
        if (fields.Count == before)
        {
            fields.Add(new(path, 'o', "{}"));
        }
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>A key of a table: in quotes where it could be read as a path.</summary>
    private static string Plain(string key) => key.Length == 0 || key.AsSpan().IndexOfAny(".[]\"") >= 0 ? Quoted(key) : key;

    private static string Quoted(string text) => JsonSerializer.Serialize(text, ComposerJson.Inputs);
}
