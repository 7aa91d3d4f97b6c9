using System.Globalization;
using System.Text;
using Composer.Core.Diagnostics;
using Composer.Core.Text;
using Composer.Manifests.Model;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Progress;
using Composer.Stages.Experiment;

namespace Composer.Cli.Output;

/// <summary>
/// What GitHub Actions shows: mistakes and failed stages at their place in the manifest, the run's lines folded
/// in a group, and a table on the job's page (GITHUB_STEP_SUMMARY).
/// </summary>
/// <param name="manifest">Where a failed stage's section stands.</param>
/// <param name="output">Receives the workflow commands; the runner reads standard error as well.</param>
/// <param name="summaryFile">The table is appended to it; null leaves it out.</param>
internal sealed class GitHubAnnotations(ResolvedExperiment manifest, TextWriter output, string? summaryFile) : IRunObserver
{
    private readonly List<StageFinished> stages = [];
    private string title = "";

    /// <summary>Whether the runner that this is for runs us, or the user asks for its form.</summary>
    public static bool AreWanted(IEnumerable<string> arguments) =>
        arguments.Contains("--github") || Environment.GetEnvironmentVariable("GITHUB_ACTIONS") == "true";

    /// <summary><c>::error file=…,line=…,col=…,title=CMPnnnn::message</c>.</summary>
    public static string Of(Diagnostic diagnostic)
    {
        var place = diagnostic.Span is { } span
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"file={Property(span.File)},line={span.Line},endLine={span.EndLine},col={span.Column},endColumn={span.EndColumn},")
            : "";
        var severity = diagnostic.Severity == DiagnosticSeverity.Error ? "error" : "warning";
        var remedy = diagnostic.Remedy is null ? "" : $" {diagnostic.Remedy}";
        return $"::{severity} {place}title={Property(diagnostic.Code)}::{Message(diagnostic.Message + remedy)}";
    }

    public void On(PipelineEvent happened)
    {
        switch (happened)
        {
            case RunStarted started:
                title = RunText.Title(started);
                output.WriteLine($"::group::{Message(title)}");
                break;
            case StageFinished finished:
                stages.Add(finished);
                break;
            case RunFinished finished:
                output.WriteLine("::endgroup::");
                foreach (var failed in stages.Where(s => s.Status == StageStatus.Failed))
                {
                    output.WriteLine(
                        Of(new Diagnostic("CMP1012", DiagnosticSeverity.Error, $"{failed.Stage} failed: {failed.Summary}", Place(failed))));
                }

                Summarize(finished);
                break;
        }

        output.Flush();
    }

    /// <summary>The stage's section; where the manifest has none, its first line.</summary>
    private SourceSpan Place(StageFinished failed) =>
        manifest.Spans.TryGetValue(ManifestOrigins.SectionOf(failed.Stage, failed.Kind), out var section)
            ? section
            : new SourceSpan(manifest.File, 1, 1, 1, 1);

    private void Summarize(RunFinished finished)
    {
        if (string.IsNullOrEmpty(summaryFile))
        {
            return;
        }

        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"### {Cell(title)}\n\n| stage | | time | result |\n| --- | --- | ---: | --- |\n");
        foreach (var stage in stages)
        {
            var time = stage.Status == StageStatus.Ran ? ElapsedText.Of(stage.Seconds) : "";
            text.Append(CultureInfo.InvariantCulture, $"| {Cell(stage.Stage)} | {stage.Status} | {time} | {Cell(stage.Summary)} |\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\n{Cell(RunText.Closing(finished with { Report = null, Results = [] }))}\n\n");
        if (finished.Results.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"```text\n{string.Join('\n', finished.Results)}\n```\n\n");
        }
        try
        {
            File.AppendAllText(summaryFile, text.ToString());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // The runner's own place, which nobody named: the run is none the worse.
            output.WriteLine(Of(new Diagnostic(
                "CMP1014", DiagnosticSeverity.Warning, $"GITHUB_STEP_SUMMARY, '{summaryFile}', cannot be written: {e.Message}")));
        }
    }

    private static string Cell(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal).ReplaceLineEndings(" ");

    private static string Message(string text) =>
        text.Replace("%", "%25", StringComparison.Ordinal)
            .Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) =>
        Message(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}
