namespace Composer.Core.Settings;

/// <summary>Changes how a stage runs, never what it computes: enters no key.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotInKeyAttribute : Attribute;
