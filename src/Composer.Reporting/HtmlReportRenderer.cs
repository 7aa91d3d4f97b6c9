using Composer.Core.Code;
using Composer.Reporting.Data;
using Composer.Reporting.Html;
using Composer.Reporting.Sections;
using Composer.Reporting.Text;
using Composer.Stages.Report;

namespace Composer.Reporting;

/// <summary>
/// Renders the report: one HTML file that needs nothing beside it and no network, for light and dark screens, phones and paper. Its
/// script saves tables and plots; without it all can be read. It is well-formed XML too.
/// </summary>
/// <remarks>Stateless and thread-safe. Everything in the content is escaped; the bytes depend on the content alone.</remarks>
public sealed class HtmlReportRenderer : IReportRenderer
{
    private static readonly IReportSection[] Sections =
    [
        new ResultsSection(),
        new SearchTrialsSection(),
        new ExtrapolationSection(),
        new LossSection(),
        new LengthSection(),
        new IsoFlopSection(),
        new EvaluationSection(),
        new ProvenanceSection(),
        new SettingsSection(),
    ];

    [CodeRoot("report")]
    public byte[] Render(ReportContent content) => Render(content, null);

    /// <summary>A report with what else there is to say of the run above it.</summary>
    internal static byte[] Render(ReportContent content, IPageStatus? status)
    {
        var page = new ReportPage(content);
        var html = page.Html;
        var shown = Sections.Where(s => s.HasContent(content)).ToList();
        html.Verbatim("<!DOCTYPE html>\n");
        using (html.In("html", ("lang", "en"), ("xmlns", "http://www.w3.org/1999/xhtml")))
        {
            WriteHead(html, content, status);
            using (html.In("body"))
            {
                using (html.In("main"))
                {
                    WriteTitle(page, shown, status);
                    status?.Write(page);
                    foreach (var section in shown)
                    {
                        WriteSection(page, section);
                    }
                }

                html.Line().Element("footer", $"Made by composer {content.Version}.").Line();
                using (html.In("script"))
                {
                    html.Verbatim(PageScript.Saving).Verbatim(status?.Script ?? "");
                }
            }
        }

        return html.Line().ToUtf8();
    }

    private static void WriteHead(HtmlWriter html, ReportContent content, IPageStatus? status)
    {
        html.Line();
        using (html.In("head"))
        {
            html.Empty("meta", ("charset", "utf-8")).Line();
            html.Element("title", $"{content.Experiment} – Composer").Line();
            html.Empty("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1")).Line();
            html.Empty("meta", ("name", "color-scheme"), ("content", "light dark")).Line();
            status?.WriteHead(html);
            html.Verbatim("<style>").Verbatim(StyleSheet.Css).Verbatim("</style>\n");
        }

        html.Line();
    }

    private static void WriteTitle(ReportPage page, List<IReportSection> sections, IPageStatus? status)
    {
        var (html, content) = (page.Html, page.Content);
        using (html.In("header"))
        {
            html.Element("h1", content.Experiment).Line();
            if (content.Description.Length > 0)
            {
                page.Paragraph(content.Description, "description");
            }

            using (html.In("p", ("class", "facts")))
            {
                Fact(html, "profile", content.Profile ?? "none");
                Fact(html, "seed", content.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture));
                Fact(html, "composer", content.Version);
                if (content.Points.Count > 1)
                {
                    Fact(html, "points of the sweep", NumberText.Count(content.Points.Count));
                }
            }

            html.Line();
            var groups = SweepAxis.Sort(PointGroup.Of(content.Points)).Where(g => status is null || g.Models.Count > 0).ToList();
            using (html.In("div", ("class", "headline")))
            {
                if (groups.Count == 0)
                {
                    html.Element("p", "No model is trained yet.");
                }

                foreach (var group in groups)
                {
                    using (html.In("p"))
                    {
                        if (group.Label.Length > 0)
                        {
                            html.Element("strong", group.Label + ": ");
                        }

                        html.Text(Headline.Of(group));
                    }
                }
            }

            html.Line();
            if (content.Unfinished.Count > 0)
            {
                WriteUnfinished(page);
            }

            using (html.In("nav", ("aria-label", "Sections")))
            {
                if (status is not null)
                {
                    html.Element("a", "This run", ("href", "#run")).Text(" ");
                }

                foreach (var section in sections)
                {
                    html.Element("a", section.Title, ("href", "#" + section.Id)).Text(" ");
                }
            }
        }

        html.Line();
    }

    /// <summary>What the report lacks, and why.</summary>
    private static void WriteUnfinished(ReportPage page)
    {
        var html = page.Html;
        using (html.In("div", ("class", "warning"), ("role", "note")))
        {
            html.Element("p", "Not finished: what these stages would show is missing below. The same command computes these alone.").Line();
            using (html.In("ul"))
            {
                foreach (var unfinished in page.Content.Unfinished)
                {
                    using (html.In("li"))
                    {
                        html.Element("strong", unfinished.Stage);
                        html.Text(unfinished.Why.Length > 0 ? ": " + unfinished.Why : "");
                    }

                    html.Line();
                }
            }
        }

        html.Line();
    }

    private static void Fact(HtmlWriter html, string name, string value)
    {
        using (html.In("span"))
        {
            html.Text(name + " ").Element("b", value);
        }

        html.Text(" ");
    }

    private static void WriteSection(ReportPage page, IReportSection section)
    {
        using (page.Html.In("section", ("id", section.Id), ("aria-labelledby", $"{section.Id}-title")))
        {
            page.Html.Element("h2", section.Title, ("id", $"{section.Id}-title")).Line();
            section.Write(page);
        }

        page.Html.Line();
    }
}
