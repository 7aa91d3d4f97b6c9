using Composer.Core.Diagnostics;

namespace Composer.Manifests.Toml;

/// <summary>An integer of 64 bits with sign.</summary>
public sealed class TomlInteger(long value, SourceSpan span) : TomlValue(span)
{
    public long Value { get; } = value;

    public override string Kind => "an integer";
}
