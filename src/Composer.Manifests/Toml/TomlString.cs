using Composer.Core.Diagnostics;

namespace Composer.Manifests.Toml;

/// <summary>A string. Line ends of multi-line strings are always a single line feed.</summary>
public sealed class TomlString(string value, SourceSpan span) : TomlValue(span)
{
    public string Value { get; } = value;

    public override string Kind => "a text";
}
