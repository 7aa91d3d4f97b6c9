using Composer.Core.Diagnostics;

namespace Composer.Manifests.Toml;

/// <summary>One part of a key: <c>b</c> of <c>a.b</c>, unquoted.</summary>
internal readonly record struct TomlKeyPart(string Text, SourceSpan Span);
