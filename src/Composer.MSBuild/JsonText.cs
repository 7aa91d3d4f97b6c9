using System.Text.Json;

namespace Composer.MSBuild;

/// <summary>Properties of JSON objects as the text that item metadata holds.</summary>
internal static class JsonText
{
    /// <summary>The value as text: nothing when absent or null, the parts joined by <c>; </c> when a list.</summary>
    public static string Of(JsonElement element, string property) =>
        element.TryGetProperty(property, out var value) ? Of(value) : "";

    private static string Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => "",
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => string.Join("; ", value.EnumerateArray().Select(Of)),
        _ => value.GetRawText(),
    };
}
