using Composer.Core.Diagnostics;

namespace Composer.Manifests.Binding;

/// <summary>
/// Collects what is wrong, each mistake once however often it is met (a sweep meets it at every point).
/// </summary>
internal sealed class Problems
{
    private readonly List<Diagnostic> diagnostics = [];
    private readonly HashSet<Diagnostic> seen = [];

    /// <summary>In the order of the text; those of the command line last.</summary>
    public IReadOnlyList<Diagnostic> Sorted =>
        [.. diagnostics.OrderBy(d => d.Span is null).ThenBy(d => d.Span?.Line).ThenBy(d => d.Span?.Column)];

    public bool HasErrors => diagnostics.Exists(d => d.Severity == DiagnosticSeverity.Error);

    public void Error(string code, SourceSpan span, string message, string? remedy = null) =>
        Add(new Diagnostic(code, DiagnosticSeverity.Error, message, span, remedy));

    public void Warn(string code, SourceSpan span, string message, string? remedy = null) =>
        Add(new Diagnostic(code, DiagnosticSeverity.Warning, message, span, remedy));

    /// <summary>A span inside a setting of the command line is no place in a file: the message names the setting instead.</summary>
    public void Add(Diagnostic diagnostic)
    {
        if (diagnostic.Span is { } span && Setting.IsSetting(span))
        {
            diagnostic = diagnostic with { Span = null, Message = $"In {span.File}: {diagnostic.Message}" };
        }

        if (seen.Add(diagnostic))
        {
            diagnostics.Add(diagnostic);
        }
    }
}
