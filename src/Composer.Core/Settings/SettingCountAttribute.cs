namespace Composer.Core.Settings;

/// <summary>A list must have this many items.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingCountAttribute(int least, int most) : Attribute
{
    public int Least { get; } = least;

    public int Most { get; } = most;
}
