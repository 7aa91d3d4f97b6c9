using Composer.Core.Diagnostics;

namespace Composer.Manifests.Toml;

/// <summary>What was read, and everything that was wrong with it.</summary>
/// <param name="Root">The document's table; what could not be read is missing from it.</param>
/// <param name="Diagnostics">In the order of the text; empty when the document is valid.</param>
public sealed record TomlDocument(TomlTable Root, IReadOnlyList<Diagnostic> Diagnostics);
