namespace Composer.Core.Settings;

/// <summary>The keys of the property's record stand in the table of the record that has the property.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class InlineAttribute : Attribute;
