using Composer.Core.Diagnostics;
using Tomlyn;
using Tomlyn.Parsing;
using Tomlyn.Syntax;
using SourceSpan = Composer.Core.Diagnostics.SourceSpan;

namespace Composer.Manifests.Toml;

/// <summary>Tomlyn's reader of TOML 1.1 behind this project's interface.</summary>
/// <remarks>
/// Decoding is this project's own, because Tomlyn takes text, and so are the tables, because Tomlyn's have
/// no place for every value: the walk over the validated syntax tree puts them together again.
/// Stateless and thread-safe.
/// </remarks>
public sealed class TomlynReader : ITomlReader
{
    private static readonly TomlSerializerOptions Options = new() { MaxDepth = TomlLimits.Depth };

    /// <inheritdoc/>
    public TomlDocument Read(ReadOnlySpan<byte> utf8, string file)
    {
        var diagnostics = new List<Diagnostic>();
        if (TomlSource.Decode(utf8, file, diagnostics) is not { } source)
        {
            return new TomlDocument(new TomlTable(new SourceSpan(file, 1, 1, 1, 1), TomlTableOrigin.Header, 0), diagnostics);
        }

        var root = new TomlTable(source.Span(0, 0), TomlTableOrigin.Header, 0);
        try
        {
            var syntax = SyntaxParser.Parse(source.Text, Options, file, validate: true);
            foreach (var message in syntax.Diagnostics)
            {
                diagnostics.Add(Translate(message, source));
            }

            if (diagnostics.Count == 0)
            {
                new TomlynWalk(source, diagnostics).Fill(root, syntax);
            }
        }
        catch (TomlException exception)
        {
            // Thrown, not collected, for nesting beyond MaxDepth alone; the exception knows no place.
            diagnostics.Add(new Diagnostic(DiagnosticCodes.NestedTooDeep, DiagnosticSeverity.Error, exception.Message, source.Span(0, 0)));
        }

        return new TomlDocument(root, [.. diagnostics.Take(TomlLimits.Diagnostics).OrderBy(d => d.Span!.Value.Line).ThenBy(d => d.Span!.Value.Column)]);
    }

    private static Diagnostic Translate(DiagnosticMessage message, TomlSource source)
    {
        var start = Math.Clamp(message.Span.Start.Offset, 0, source.Text.Length);
        var end = Math.Clamp(message.Span.End.Offset + 1, start, source.Text.Length);
        var text = message.Message.ReplaceLineEndings(" ").TrimEnd();
        return new Diagnostic(DiagnosticCodes.Syntax, DiagnosticSeverity.Error, text.EndsWith('.') ? text : text + ".", source.Span(start, end));
    }
}
