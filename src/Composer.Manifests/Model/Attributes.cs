namespace Composer.Manifests.Model;

/// <summary>The TOML key, where it is not the property's name in snake_case.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ManifestKeyAttribute(string key) : Attribute
{
    public string Key { get; } = key;
}

/// <summary>The value must be given.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ManifestRequiredAttribute : Attribute;

/// <summary>A number, or each of a list of them, must lie in [lowest, highest].</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ManifestRangeAttribute(double lowest, double highest) : Attribute
{
    public double Lowest { get; } = lowest;

    public double Highest { get; } = highest;
}

/// <summary>A text, or each of a list of them, must be one of these.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ManifestChoiceAttribute(params string[] choices) : Attribute
{
    public IReadOnlyList<string> Choices { get; } = choices;
}

/// <summary>A list must have this many items.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ManifestCountAttribute(int least, int most) : Attribute
{
    public int Least { get; } = least;

    public int Most { get; } = most;
}

/// <summary>Changes how a stage runs, never what it computes: enters no key.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NotInKeyAttribute : Attribute;
