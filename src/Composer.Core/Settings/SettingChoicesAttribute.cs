using System.Reflection;

namespace Composer.Core.Settings;

/// <summary>A text, each of a list of them, or each key of a map must be one of these. Values of an enum need no such list.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingChoicesAttribute : Attribute
{
    /// <param name="choices">The names.</param>
    public SettingChoicesAttribute(params string[] choices) => Choices = choices;

    /// <param name="type">Who knows the names.</param>
    /// <param name="member">Its public static property that lists them.</param>
    public SettingChoicesAttribute(Type type, string member) =>
        Choices = (IReadOnlyList<string>)type.GetProperty(member, BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;

    public IReadOnlyList<string> Choices { get; }

    /// <summary>Any text with this end is taken too, as the path of a file; null where the choices are all.</summary>
    public string? OrFileEnding { get; init; }
}
