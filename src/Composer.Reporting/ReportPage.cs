using System.Globalization;
using Composer.Reporting.Csv;
using Composer.Reporting.Html;
using Composer.Reporting.Plots;
using Composer.Stages.Report;

namespace Composer.Reporting;

/// <summary>A report in the making: what its sections write to, and what they share.</summary>
internal sealed class ReportPage
{
    /// <summary>Stages that a source line names; more are folded away.</summary>
    private const int MostSources = 12;

    private readonly HashSet<string> stages;
    private readonly Dictionary<string, SeriesStyle> series;
    private readonly Dictionary<string, int> saved = new(StringComparer.Ordinal);
    private int ids;

    public ReportPage(ReportContent content)
    {
        Content = content;
        stages = [.. content.Provenance.Select(p => p.Stage)];
        series = content.Points.SelectMany(p => p.Models)
            .OrderBy(m => m.IsBaseline)
            .DistinctBy(m => m.Name)
            .Select((m, i) => (m.Name, Style: new SeriesStyle(i, m.IsBaseline)))
            .ToDictionary(m => m.Name, m => m.Style, StringComparer.Ordinal);
    }

    public ReportContent Content { get; }

    public HtmlWriter Html { get; } = new();

    /// <summary>An id that nothing else in the page has.</summary>
    public string NextId(string prefix) => $"{prefix}-{++ids}";

    /// <summary>A model looks the same in every plot.</summary>
    public SeriesStyle StyleOf(string model) => series[model];

    /// <summary>Text that leads to a stage's provenance; plain text when the report has none.</summary>
    public void StageLink(string stage, string text)
    {
        if (stages.Contains(stage))
        {
            Html.Element("a", text, ("href", "#" + StageAnchor.Of(stage)), ("title", $"from stage {stage}"));
        }
        else
        {
            Html.Text(text);
        }
    }

    /// <summary>What the number beside it rests on, where it is of several stages: read by <c>trace</c>, seen by nobody.</summary>
    public void RestsOn(params IEnumerable<string> from)
    {
        foreach (var stage in from.Distinct(StringComparer.Ordinal).Where(stages.Contains))
        {
            Html.Element("span", "", ("hidden", "hidden"), ("title", $"from stage {stage}"));
        }
    }

    /// <summary>A small "from stage …" line under a figure or table.</summary>
    public void Sources(params IEnumerable<string> from)
    {
        string[] named = [.. from.Distinct(StringComparer.Ordinal)];
        if (named.Length <= MostSources)
        {
            WriteSources(named);
            return;
        }

        using (Html.In("details"))
        {
            Html.Element("summary", string.Create(CultureInfo.InvariantCulture, $"From {named.Length} stages")).Line();
            WriteSources(named);
        }

        Html.Line();
    }

    /// <summary>Each point of the sweep in turn, under its label where it has one.</summary>
    public void ForEachPoint(Action<ReportPoint> write)
    {
        foreach (var point in Content.Points)
        {
            if (point.Label.Length > 0)
            {
                Html.Element("h3", point.Label).Line();
            }

            write(point);
        }
    }

    /// <summary>The numbers of the figure or table that it stands in or after, to be saved as CSV.</summary>
    /// <param name="name">What is saved, in a few words; the file's name.</param>
    /// <param name="table">The numbers.</param>
    public void Data(string name, DataTable table)
    {
        var file = FileName($"{Content.Experiment} {name}");
        var seen = saved[file] = saved.GetValueOrDefault(file) + 1;
        Html.Element(
            "template",
            table.ToCsv(),
            ("class", "csv"),
            ("data-name", seen == 1 ? file : string.Create(CultureInfo.InvariantCulture, $"{file}-{seen}"))).Line();
    }

    public void Paragraph(string text, string? style = null) => Html.Element("p", text, ("class", style)).Line();

    private void WriteSources(IReadOnlyList<string> named)
    {
        using (Html.In("p", ("class", "source")))
        {
            Html.Text("From ");
            var first = true;
            foreach (var stage in named)
            {
                Html.Text(first ? "" : ", ");
                StageLink(stage, stage);
                first = false;
            }
        }

        Html.Line();
    }

    /// <summary>Small letters, digits and single hyphens.</summary>
    private static string FileName(string text) => string.Join(
        '-',
        string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : ' '))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
