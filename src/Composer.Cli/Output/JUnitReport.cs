using System.Globalization;
using System.Xml.Linq;
using System.Xml;
using Composer.Core.Diagnostics;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Progress;
using Composer.Pipeline.Scheduling;

namespace Composer.Cli.Output;

/// <summary>A run, or a check, as JUnit's XML: one test case a stage, for CI systems that draw such reports.</summary>
/// <remarks>A stage of the store is a passed case of no time; a skipped or cancelled one is a skipped case.</remarks>
internal sealed class JUnitReport(string path) : IRunObserver
{
    private readonly List<XElement> cases = [];
    private string suite = "composer";
    private string run = "";
    private DateTimeOffset began;

    /// <summary>Asks before anything runs whether a report can be written there; makes its folder, and leaves no file that was not there.</summary>
    /// <exception cref="UserInputException">It cannot.</exception>
    public static void Probe(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/");
            var isNew = !File.Exists(path);
            File.Open(path, FileMode.OpenOrCreate, FileAccess.Write).Dispose();
            if (isNew)
            {
                File.Delete(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UserInputException(new Diagnostic(
                "CMP1014",
                DiagnosticSeverity.Error,
                $"The JUnit report '{path}' cannot be written: {e.Message.TrimEnd('.')}.",
                Remedy: "Name a file in a folder that can be written to."));
        }
    }

    public void On(PipelineEvent happened)
    {
        switch (happened)
        {
            case RunStarted started:
                (suite, run, began) = (
                    started.Profile is null ? started.Experiment : $"{started.Experiment} ({started.Profile})", started.Run, started.At);
                break;
            case StageFinished finished:
                cases.Add(Case(finished));
                break;
            case RunFinished finished:
                Write(finished.Seconds);
                break;
        }
    }

    /// <summary>Writes the verdicts of a check.</summary>
    public void Write(string experiment, DateTimeOffset at, IReadOnlyList<RecomputedStage> stages, double seconds)
    {
        (suite, began) = ($"{experiment} --check", at);
        foreach (var stage in stages)
        {
            var element = Case(stage.Name, stage.Kind, stage.Seconds);
            if (stage.Status != RecomputedStage.Equal)
            {
                element.Add(new XElement("failure", new XAttribute("message", Text($"{stage.Status}: {CheckText.Detail(stage)}"))));
            }

            cases.Add(element);
        }

        Write(seconds);
    }

    private XElement Case(StageFinished finished)
    {
        var element = Case(finished.Stage, finished.Kind, finished.Status == StageStatus.Hit ? 0 : finished.Seconds);
        switch (finished.Status)
        {
            case StageStatus.Failed:
                element.Add(
                    new XElement("failure", new XAttribute("message", Text(finished.Summary)), Text(finished.Trace ?? finished.Summary)));
                break;
            case StageStatus.Skipped or StageStatus.Cancelled:
                element.Add(new XElement("skipped", new XAttribute("message", Text($"{finished.Status}: {finished.Summary}"))));
                break;
            default:
                element.Add(new XElement("system-out", Text($"{finished.Status} {finished.Key?.Short}: {finished.Summary}")));
                break;
        }

        return element;
    }

    private XElement Case(string name, string kind, double seconds) => new(
        "testcase", new XAttribute("classname", $"{suite}.{kind}"), new XAttribute("name", name), new XAttribute("time", Seconds(seconds)));

    private void Write(double seconds)
    {
        var element = new XElement(
            "testsuite",
            new XAttribute("name", suite),
            new XAttribute("tests", cases.Count),
            new XAttribute("failures", cases.Count(c => c.Element("failure") is not null)),
            new XAttribute("errors", 0),
            new XAttribute("skipped", cases.Count(c => c.Element("skipped") is not null)),
            new XAttribute("time", Seconds(seconds)),
            new XAttribute("timestamp", began.UtcDateTime.ToString("s", CultureInfo.InvariantCulture)),
            new XElement("properties", new XElement("property", new XAttribute("name", "run"), new XAttribute("value", run))),
            cases);
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        using var writer = XmlWriter.Create(path, new XmlWriterSettings { Indent = true, NewLineChars = "\n" });
        new XElement("testsuites", new XAttribute("name", "composer"), element).Save(writer);
    }

    private static string Seconds(double seconds) => seconds.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>Without the characters that XML cannot hold.</summary>
    private static string Text(string text) =>
        string.Concat(text.EnumerateRunes().Where(r => r.Value is '\t' or '\n' or '\r' or >= 0x20 and not 0xFFFE and not 0xFFFF));
}
