using Composer.Core.Diagnostics;

namespace Composer.Manifests.Toml;

/// <summary>The project's own reader of TOML 1.1.</summary>
/// <remarks>Stateless and thread-safe.</remarks>
public sealed class TomlReader : ITomlReader
{
    /// <inheritdoc/>
    public TomlDocument Read(ReadOnlySpan<byte> utf8, string file)
    {
        var diagnostics = new List<Diagnostic>();
        var source = TomlSource.Decode(utf8, file, diagnostics);
        var root = source is null
            ? new TomlTable(new SourceSpan(file, 1, 1, 1, 1), TomlTableOrigin.Header, 0)
            : new TomlParser(source, diagnostics).ParseDocument();
        return new TomlDocument(root, [.. diagnostics.OrderBy(d => d.Span!.Value.Line).ThenBy(d => d.Span!.Value.Column)]);
    }
}
