using Composer.Core.Diagnostics;

namespace Composer.Manifests.Toml;

/// <summary>A value of a TOML document, free of its notation, with where it was written.</summary>
public abstract class TomlValue
{
    private protected TomlValue(SourceSpan span) => Span = span;

    /// <summary>From the value's first character to behind its last; a table's header for a <c>[table]</c>.</summary>
    public SourceSpan Span { get; }

    /// <summary>What the value is, with its article, for messages: <c>a table</c>, <c>an integer</c>.</summary>
    public abstract string Kind { get; }
}
