namespace Composer.Core.Settings;

/// <summary>The text may be empty; every other names something.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingMayBeEmptyAttribute : Attribute;
