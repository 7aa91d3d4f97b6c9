using Composer.Core.Diagnostics;
using Tomlyn;
using Tomlyn.Parsing;
using SourceSpan = Composer.Core.Diagnostics.SourceSpan;

namespace Composer.Manifests.Toml;

/// <summary>Reads TOML 1.1 with Tomlyn. Stateless and thread-safe.</summary>
/// <remarks>
/// Tomlyn parses. Its own tables have no place for every value, so the values come from its syntax tree; which
/// table may be extended where is checked on the way, because its validation misses some below arrays of tables.
/// </remarks>
public static class TomlReader
{
    /// <summary>The text is parsed again after each mistake; after so many the rest is not read.</summary>
    private const int MostMistakes = 20;

    /// <summary>Beyond its depth Tomlyn names no place; what is only somewhat too deep <see cref="TomlWalk"/> finds, which does.</summary>
    private static readonly TomlSerializerOptions Options = new() { MaxDepth = 4 * TomlLimits.Depth };

    /// <summary>
    /// Reads a document. A mistake is a diagnostic, never an exception, whatever the bytes are; mistakes in
    /// several statements are reported together.
    /// </summary>
    /// <param name="utf8">The file's bytes; a byte order mark may stand at the start.</param>
    /// <param name="file">The name that spans carry.</param>
    /// <param name="place">Where everything counts as written, if not where it stands in the bytes.</param>
    public static TomlDocument Read(ReadOnlySpan<byte> utf8, string file, SourceSpan? place = null)
    {
        var diagnostics = new List<Diagnostic>();
        var root = TomlSource.Decode(utf8, file, place, diagnostics) is { } source ? Read(source, diagnostics) : null;
        return new TomlDocument(
            root ?? new TomlTable(place ?? new SourceSpan(file, 1, 1, 1, 1), TomlTableOrigin.Header, 0),
            [.. diagnostics.OrderBy(d => d.Span!.Value.Line).ThenBy(d => d.Span!.Value.Column)]);
    }

    /// <summary>
    /// A statement with a mistake is blanked and the text read again, so that one mistake neither hides nor makes
    /// another. Null when there is no end to them.
    /// </summary>
    private static TomlTable? Read(TomlSource source, List<Diagnostic> diagnostics)
    {
        try
        {
            for (var mistakes = 0; ; mistakes++)
            {
                var syntax = SyntaxParser.Parse(source.Text, Options, source.File, validate: false);
                if (!syntax.HasErrors)
                {
                    return new TomlWalk(source, diagnostics).Read(syntax);
                }

                var mistake = TomlMistake.First(source, syntax);
                if (mistakes == MostMistakes)
                {
                    diagnostics.Add(new Diagnostic(
                        DiagnosticCodes.TooManyMistakes,
                        DiagnosticSeverity.Error,
                        "So many mistakes that the rest was not read.",
                        mistake.Diagnostic.Span));
                    return null;
                }

                diagnostics.Add(mistake.Diagnostic);
                source = source.Without(mistake);
            }
        }
        catch (TomlException)
        {
            // Thrown, not collected, for nesting beyond MaxDepth alone.
            new TomlTableBuilder(diagnostics).ReportDepth(source.Span(0, 0));
            return null;
        }
    }
}
