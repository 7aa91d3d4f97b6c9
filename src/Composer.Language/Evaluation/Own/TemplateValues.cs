using System.Globalization;
using System.Text.Json;
using Composer.Language.Evaluation.Harness;

namespace Composer.Language.Evaluation.Own;

/// <summary>What templates compute with: texts, JSON values, lists of both.</summary>
internal static class TemplateValues
{
    /// <exception cref="FormatException">It is neither a text nor a number.</exception>
    public static string TextOf(object value) => value switch
    {
        string text => text,
        JsonElement { ValueKind: JsonValueKind.String } text => text.GetString()!,
        JsonElement { ValueKind: JsonValueKind.Number } number => PythonJson.Write(number),
        JsonElement { ValueKind: JsonValueKind.Null } => throw new FormatException("a field that is needed is null."),
        JsonElement { ValueKind: JsonValueKind.True or JsonValueKind.False } =>
            throw new FormatException("a field that is needed as text is true or false."),
        _ => throw new FormatException("a field that is needed as text is a list or an object."),
    };

    /// <summary>The items of a list; null of what is none.</summary>
    public static IReadOnlyList<object>? ItemsOf(object value) => value switch
    {
        IReadOnlyList<object> items => items,
        JsonElement { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(item => (object)item)],
        _ => null,
    };

    /// <summary>A whole number, also one that is a text.</summary>
    public static int? IntegerOf(object value) =>
        int.TryParse(TextOf(value), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
