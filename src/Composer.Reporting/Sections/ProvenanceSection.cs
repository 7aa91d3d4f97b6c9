using Composer.Core;
using Composer.Core.Text;
using Composer.Reporting.Html;
using Composer.Reporting.Plots;
using Composer.Reporting.Text;
using Composer.Stages.Report;
using static Composer.Reporting.Html.HtmlTable;

namespace Composer.Reporting.Sections;

/// <summary>Where every number comes from, stage by stage.</summary>
internal sealed class ProvenanceSection : IReportSection
{
    public string Id => "provenance";

    public string Title => "Provenance";

    public bool HasContent(ReportContent content) => content.Provenance.Count > 0;

    public void Write(ReportPage page)
    {
        var html = page.Html;
        var stages = page.Content.Provenance;
        page.Paragraph(
            "A stage's key is the digest of everything that it depends on: code, settings and inputs. Equal keys mean that nothing had "
            + "to run again.");
        html.Element("h3", "Timeline").Line();
        TimelinePlot.Write(page, StageTimeline.Of(stages), "timeline");
        HtmlTable.Write(
            html,
            "Stages behind this report",
            [new("Stage"), new("Key"), new("Output"), new("Computed"), TableColumn.Number("Took"), new("Machine")],
            () =>
            {
                var seen = new HashSet<string>(StringComparer.Ordinal);
                foreach (var stage in stages)
                {
                    var anchor = seen.Add(stage.Stage) ? StageAnchor.Of(stage.Stage) : null;
                    Row(html, () => WriteRow(html, stage), ("id", anchor));
                }
            });
        page.Paragraph(
            $"Computing all of it took {ElapsedText.Of(stages.Sum(s => s.Seconds))}, not counting the trainings of the search's "
            + $"candidates that were found in the store.",
            "note");
        foreach (var stage in stages.Where(s => s.Accepted is not null).DistinctBy(s => s.Key))
        {
            page.Paragraph(
                $"{stage.Stage}: {stage.Accepted}. Computed by earlier code, under the key {stage.Accepted!.From.Short}.", "note");
        }

        foreach (var stage in stages.Where(s => s.SkippedLines is not null).DistinctBy(s => s.Key))
        {
            page.Paragraph($"{stage.Stage}: {CountText.Of(stage.SkippedLines!.Value, "bad line")} of the corpus left out.", "note");
        }

        html.Element("h3", "What each key covers").Line();
        foreach (var stage in stages)
        {
            WriteFields(html, stage);
        }
    }

    private static void WriteRow(HtmlWriter html, ReportProvenance stage)
    {
        using (html.In("th", ("scope", "row")))
        {
            html.Text(stage.Stage);
            if (stage.Kind != stage.Stage && !stage.Stage.StartsWith(stage.Kind + " ", StringComparison.Ordinal))
            {
                html.Element("small", stage.Kind);
            }

            if (stage.Accepted is not null)
            {
                html.Element("small", "accepted");
            }
        }

        WriteDigest(html, stage.Key);
        WriteDigest(html, stage.Output);
        html.Element("td", NumberText.Instant(stage.Created), ("class", "one"));
        Number(html, ElapsedText.Of(stage.Seconds));
        Cell(html, stage.Machine);
    }

    private static void WriteDigest(HtmlWriter html, Digest digest)
    {
        using (html.In("td"))
        {
            html.Element("code", digest.Short, ("title", digest.ToString()));
        }
    }

    private static void WriteFields(HtmlWriter html, ReportProvenance stage)
    {
        using (html.In("details"))
        {
            using (html.In("summary"))
            {
                html.Text(stage.Stage + " ").Element("code", stage.Key.Short);
            }

            using (html.In("dl", ("class", "digests")))
            {
                html.Element("dt", "key")
                    .Element("dd", stage.Key.ToString()).Element("dt", "output").Element("dd", stage.Output.ToString());
            }

            HtmlTable.Write(html, $"Fields in the key of {stage.Stage}", [new("Field"), new("Value")], () =>
            {
                foreach (var field in stage.Fields)
                {
                    Row(html, () =>
                    {
                        Head(html, field.Path);
                        html.Element("td", field.Value, ("class", "value"));
                    });
                }
            });
        }

        html.Line();
    }
}
