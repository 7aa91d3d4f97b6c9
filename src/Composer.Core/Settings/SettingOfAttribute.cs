namespace Composer.Core.Settings;

/// <summary>Range, count, choices and, where none stands here, description are those of another property: the fact stands there.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingOfAttribute(Type type, string property) : Attribute
{
    public Type Type { get; } = type;

    public string Property { get; } = property;
}
