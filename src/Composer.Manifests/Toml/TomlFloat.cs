using Composer.Core.Diagnostics;

namespace Composer.Manifests.Toml;

/// <summary>A binary64 number; may be infinite or not a number.</summary>
public sealed class TomlFloat(double value, SourceSpan span) : TomlValue(span)
{
    public double Value { get; } = value;

    public override string Kind => "a number";
}
