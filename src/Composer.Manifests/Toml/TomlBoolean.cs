using Composer.Core.Diagnostics;

namespace Composer.Manifests.Toml;

/// <summary><c>true</c> or <c>false</c>.</summary>
public sealed class TomlBoolean(bool value, SourceSpan span) : TomlValue(span)
{
    public bool Value { get; } = value;

    public override string Kind => "true or false";
}
