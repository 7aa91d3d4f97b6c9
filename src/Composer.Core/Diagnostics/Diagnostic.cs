namespace Composer.Core.Diagnostics;

/// <summary>How bad a diagnostic is. Values are only ever appended.</summary>
public enum DiagnosticSeverity
{
    Error = 0,
    Warning = 1,
}

/// <summary>
/// A mistake in what the user gave, or a warning about it: what is wrong, where, and how to mend it.
/// </summary>
/// <param name="Code"><c>CMP</c> and four digits; a code keeps its meaning for ever.</param>
/// <param name="Severity">Errors stop the command before anything runs.</param>
/// <param name="Message">What is wrong, one sentence.</param>
/// <param name="Span">Where; null when it is no place in a file (a command-line option).</param>
/// <param name="Remedy">How to mend it, or null when the message says so already.</param>
public sealed record Diagnostic(
    string Code,
    DiagnosticSeverity Severity,
    string Message,
    SourceSpan? Span = null,
    string? Remedy = null)
{
    /// <summary><c>file(line,column): error CMPnnnn: message remedy</c>, one line.</summary>
    public override string ToString()
    {
        var severity = Severity == DiagnosticSeverity.Error ? "error" : "warning";
        var place = Span is { } span ? $"{span}: " : "";
        var remedy = Remedy is null ? "" : $" {Remedy}";
        return $"{place}{severity} {Code}: {Message}{remedy}";
    }
}
