using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Composer.Core.Diagnostics;

namespace Composer.Core.Settings;

/// <summary>
/// The names of an enum's values in manifests, keys and JSON: <see cref="JsonStringEnumMemberNameAttribute"/>, else the
/// member's name in kebab-case. Such names are only ever appended.
/// </summary>
public static class SettingNames
{
    private static readonly ConcurrentDictionary<Type, (string[] Names, object[] Values)> Known = new();

    /// <summary>All names, in the order of the enum.</summary>
    public static IReadOnlyList<string> All<T>()
        where T : struct, Enum => All(typeof(T));

    /// <summary>All names of an enum, in its order.</summary>
    public static IReadOnlyList<string> All(Type type) => Of(type).Names;

    /// <summary>The name of a value.</summary>
    public static string Of(Enum value)
    {
        var (names, values) = Of(value.GetType());
        return names[Array.IndexOf(values, value)];
    }

    /// <summary>The value of a name; null when there is none.</summary>
    public static object? Find(Type type, string name)
    {
        var (names, values) = Of(type);
        return Array.IndexOf(names, name) is >= 0 and var index ? values[index] : null;
    }

    /// <summary>Reads a name; false with what is wrong and how to mend it.</summary>
    public static bool TryParse<T>(string name, out T value, [NotNullWhen(false)] out string? error)
        where T : struct, Enum
    {
        var found = (T?)Find(typeof(T), name);
        value = found ?? default;
        error = found is not null
            ? null
            : $"'{name}' is no choice. " + (Suggestion.DidYouMean(name, All<T>()) ?? $"There are {string.Join(", ", All<T>())}.");
        return error is null;
    }

    private static (string[] Names, object[] Values) Of(Type type) => Known.GetOrAdd(type, t =>
    {
        var fields = t.GetFields(BindingFlags.Public | BindingFlags.Static);
        return ([.. fields.Select(NameOf)], [.. fields.Select(field => field.GetValue(null)!)]);
    });

    private static string NameOf(FieldInfo field) =>
        field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? JsonNamingPolicy.KebabCaseLower.ConvertName(field.Name);
}
