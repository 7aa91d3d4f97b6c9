using System.Collections;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Composer.Manifests.Binding;
using Composer.Manifests.Model;

namespace Composer.Manifests;

/// <summary>
/// The JSON Schema (draft 2020-12) of a manifest, for the completion and the checks of editors. Made from
/// the records and their attributes, as the binder is.
/// </summary>
/// <remarks>
/// <c>experiments/experiment.schema.json</c> is its output; a test fails when the two differ. To write it
/// anew: <c>COMPOSER_UPDATE_SCHEMA=1 dotnet test tests/Composer.Manifests.Tests --filter ManifestSchemaTests</c>.
/// </remarks>
public static class ManifestSchema
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The schema's text, ending in a line feed.</summary>
    public static string Generate()
    {
        var definitions = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        var root = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Composer experiment",
        };
        foreach (var (name, value) in Section(SectionType.Of(typeof(ExperimentManifest)), new ExperimentManifest(), definitions).ToList())
        {
            root[name] = value?.DeepClone();
        }

        var properties = root["properties"]!.AsObject();
        properties["variant"] = Variants();
        properties["profile"] = Profiles();
        properties["sweep"] = Sweep();
        root["$defs"] = new JsonObject(definitions.Select(d => KeyValuePair.Create<string, JsonNode?>(d.Key, d.Value)));
        return root.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Section(SectionType type, object defaults, SortedDictionary<string, JsonObject> definitions)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var key in type.Keys)
        {
            properties[key.Key] = Property(key, key.Get(defaults), definitions);
            if (key.Required)
            {
                required.Add(key.Key);
            }
        }

        var section = new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
        if (required.Count > 0)
        {
            section["required"] = required;
        }

        return section;
    }

    private static JsonObject Property(SectionKey key, object? @default, SortedDictionary<string, JsonObject> definitions)
    {
        var property = new JsonObject { ["description"] = key.Description };
        foreach (var (name, value) in Value(key, key.Shape, key.Type, @default, definitions).ToList())
        {
            property[name] = value?.DeepClone();
        }

        if (Default(key, @default) is { } node)
        {
            property["default"] = node;
        }

        return property;
    }

    private static JsonObject Value(
        SectionKey key, KeyShape shape, Type type, object? @default, SortedDictionary<string, JsonObject> definitions)
    {
        switch (shape)
        {
            case KeyShape.Text:
                var text = new JsonObject { ["type"] = "string" };
                if (key.Shape != KeyShape.Map && key.Choices is { } choices)
                {
                    var names = new JsonArray([.. choices.Select(c => JsonValue.Create(c))]);
                    if (key.OrFileEnding is { } ending)
                    {
                        text["anyOf"] = new JsonArray(
                            new JsonObject { ["enum"] = names }, new JsonObject { ["pattern"] = $"{Regex.Escape(ending)}$" });
                    }
                    else
                    {
                        text["enum"] = names;
                    }
                }
                else if (key.Key != "description")
                {
                    text["minLength"] = 1;
                }

                return text;
            case KeyShape.Integer or KeyShape.Number:
                var number = new JsonObject { ["type"] = shape == KeyShape.Integer ? "integer" : "number" };
                if (key.Range is { } range)
                {
                    number["minimum"] = Number(range.Lowest);
                    number["maximum"] = Number(range.Highest);
                }
                else if (type == typeof(ulong))
                {
                    number["minimum"] = 0;
                }

                return number;
            case KeyShape.Boolean:
                return new JsonObject { ["type"] = "boolean" };
            case KeyShape.List:
                var items = Value(key, SectionKey.ShapeOf(key.ItemType!), key.ItemType!, null, definitions);
                var list = new JsonObject { ["type"] = "array", ["items"] = items };
                if (key.Count is { } count)
                {
                    list["minItems"] = count.Least;
                    if (count.Most < int.MaxValue)
                    {
                        list["maxItems"] = count.Most;
                    }
                }

                if (key.Distinct)
                {
                    list["uniqueItems"] = true;
                }

                return list;
            case KeyShape.Map:
                var map = new JsonObject { ["type"] = "object" };
                if (key.Choices is { } keys)
                {
                    map["propertyNames"] = new JsonObject { ["enum"] = new JsonArray([.. keys.Select(k => JsonValue.Create(k))]) };
                }

                map["additionalProperties"] = Value(key, SectionKey.ShapeOf(key.ItemType!), key.ItemType!, null, definitions);
                return map;
            default:
                var section = @default is OptionsTable table ? table.Section : SectionType.Of(type);
                if (!definitions.ContainsKey(section.Name))
                {
                    definitions[section.Name] = [];
                    definitions[section.Name] = Section(section, @default as OptionsTable ?? section.CreateDefault(), definitions);
                }

                return new JsonObject { ["$ref"] = $"#/$defs/{section.Name}" };
        }
    }

    /// <summary>Null where there is none: sections say their own, and what is required or out of range has none.</summary>
    private static JsonNode? Default(SectionKey key, object? value) => value switch
    {
        null => null,
        _ when key.Required => null,
        int number => key.InRange(number) ? JsonValue.Create(number) : null,
        ulong number => JsonValue.Create(number),
        double number => Number(number),
        bool flag => JsonValue.Create(flag),
        _ when key.Shape == KeyShape.Text => SectionKey.TextOf(value) is { Length: > 0 } text ? JsonValue.Create(text) : null,
        IEnumerable<int> integers => new JsonArray([.. integers.Select(i => JsonValue.Create(i))]),
        IEnumerable<double> numbers => new JsonArray([.. numbers.Select(Number)]),
        IEnumerable texts when key.ItemType is { } item && SectionKey.ShapeOf(item) == KeyShape.Text && key.Shape == KeyShape.List =>
            new JsonArray([.. texts.Cast<object>().Select(t => JsonValue.Create(SectionKey.TextOf(t)))]),
        _ => null,
    };

    /// <summary>Whole numbers without an exponent where they are exact.</summary>
    private static JsonNode Number(double value) =>
        double.IsInteger(value) && Math.Abs(value) <= 1L << 53 ? JsonValue.Create((long)value) : JsonValue.Create(value);

    private static JsonObject Variants() => new()
    {
        ["description"] = "The same experiment with other values, for one more architecture in the same tables: "
            + "a name, and paths such as \"search.layers\" beside it.",
        ["type"] = "array",
        ["items"] = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["name"] = new JsonObject { ["type"] = "string", ["minLength"] = 1, ["description"] = "Its name in the tables." },
            },
            ["patternProperties"] = new JsonObject { [@"^(search|evaluate|aggregate|extrapolate)(\.[a-z0-9_-]+)*$"] = new JsonObject() },
            ["additionalProperties"] = false,
            ["required"] = new JsonArray("name"),
        },
    };

    private static JsonObject Profiles() => new()
    {
        ["description"] = "Named changes, chosen with --profile: paths such as \"evaluate.epochs\" with their values, or nested tables.",
        ["type"] = "object",
        ["additionalProperties"] = new JsonObject { ["type"] = "object" },
    };

    private static JsonObject Sweep() => new()
    {
        ["description"] = "A matrix: paths such as \"extrapolate.size\" with lists of values. Every combination is a point.",
        ["type"] = "object",
        ["additionalProperties"] = new JsonObject
        {
            ["anyOf"] = new JsonArray(
                new JsonObject { ["type"] = "array", ["minItems"] = 1 },
                new JsonObject { ["type"] = "object" }),
        },
    };
}
