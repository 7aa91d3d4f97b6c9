namespace Composer.Core.Settings;

/// <summary>No two items of the list may be equal.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingDistinctAttribute : Attribute;
