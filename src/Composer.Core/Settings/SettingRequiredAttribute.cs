namespace Composer.Core.Settings;

/// <summary>The value must be given.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingRequiredAttribute : Attribute;
