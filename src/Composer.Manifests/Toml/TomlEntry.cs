using Composer.Core.Diagnostics;

namespace Composer.Manifests.Toml;

/// <summary>A key and its value.</summary>
/// <param name="Key">The key, unquoted; a dotted key is one entry a part.</param>
/// <param name="KeySpan">Where the key was first written.</param>
/// <param name="Value">The value.</param>
public sealed record TomlEntry(string Key, SourceSpan KeySpan, TomlValue Value);
