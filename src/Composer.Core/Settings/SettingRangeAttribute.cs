namespace Composer.Core.Settings;

/// <summary>A number, or each of a list or a map of them, must lie in [lowest, highest]; a default outside is none.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingRangeAttribute(double lowest, double highest) : Attribute
{
    public double Lowest { get; } = lowest;

    public double Highest { get; } = highest;
}
