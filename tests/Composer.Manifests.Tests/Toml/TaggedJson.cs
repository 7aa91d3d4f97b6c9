using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Composer.Manifests.Toml;
using TomlDateTimeKind = Tomlyn.TomlDateTimeKind;

namespace Composer.Manifests.Tests.Toml;

/// <summary>Compares values with toml-test's tagged JSON: <c>{"type": "integer", "value": "1"}</c>.</summary>
internal static partial class TaggedJson
{
    /// <summary>Where the two differ, or null.</summary>
    public static string? Difference(JsonElement expected, TomlValue actual, string path = "")
    {
        switch (expected.ValueKind)
        {
            case JsonValueKind.Array:
                return actual is TomlArray array && array.Items.Count == expected.GetArrayLength()
                    ? expected.EnumerateArray()
                        .Select((item, i) => Difference(item, array.Items[i], $"{path}[{i}]"))
                        .FirstOrDefault(d => d is not null)
                    : $"{path}: expected an array of {expected.GetArrayLength()}, got {TomlNotation.Write(actual)}";
            case JsonValueKind.Object when !IsTagged(expected):
                var keys = expected.EnumerateObject().Select(p => p.Name).ToList();
                if (actual is not TomlTable table || table.Entries.Count != keys.Count)
                {
                    return $"{path}: expected a table with {string.Join(", ", keys)}, got {TomlNotation.Write(actual)}";
                }

                return expected.EnumerateObject()
                    .Select(
                        p => table.Find(p.Name) is { } entry
                            ? Difference(p.Value, entry.Value, $"{path}.{p.Name}")
                            : $"{path}.{p.Name} is missing")
                    .FirstOrDefault(d => d is not null);
            default:
                var (type, value) = (expected.GetProperty("type").GetString()!, expected.GetProperty("value").GetString()!);
                return Equals(type, value, actual) ? null : $"{path}: expected {type} {value}, got {TomlNotation.Write(actual)}";
        }
    }

    private static bool IsTagged(JsonElement value) =>
        value.EnumerateObject().Count() == 2
        && value.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
        && value.TryGetProperty("value", out var inner) && inner.ValueKind == JsonValueKind.String;

    private static bool Equals(string type, string value, TomlValue actual) => (type, actual) switch
    {
        ("string", TomlString text) => text.Value == value,
        ("integer", TomlInteger integer) => integer.Value.ToString(CultureInfo.InvariantCulture) == value,
        ("float", TomlFloat number) => number.Value.Equals(ParseFloat(value)),
        ("bool", TomlBoolean boolean) => (boolean.Value ? "true" : "false") == value,
        (
            "datetime",
            TomlDateTime { Value.Kind: TomlDateTimeKind.OffsetDateTimeByZ or TomlDateTimeKind.OffsetDateTimeByNumber }) => SameTime(value,
            actual),
        ("datetime-local", TomlDateTime { Value.Kind: TomlDateTimeKind.LocalDateTime }) => SameTime(value, actual),
        ("date-local", TomlDateTime { Value.Kind: TomlDateTimeKind.LocalDate }) => SameTime(value, actual),
        ("time-local", TomlDateTime { Value.Kind: TomlDateTimeKind.LocalTime }) => SameTime(value, actual),
        _ => false,
    };

    private static double ParseFloat(string value) => value switch
    {
        "inf" or "+inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        "nan" => double.NaN,
        _ => double.Parse(value, CultureInfo.InvariantCulture),
    };

    private static bool SameTime(string expected, TomlValue actual) =>
        Short(expected) == Short(actual.ToString()!);

    private static string Short(string time) => TrailingZeros().Replace(time, "${digits}").Replace("+00:00", "Z", StringComparison.Ordinal);

    [GeneratedRegex(@"(?<digits>\.[0-9]*?)\.?0+(?=[Z+-]|\z)(?<=\.[0-9]+)")]
    private static partial Regex TrailingZeros();
}
