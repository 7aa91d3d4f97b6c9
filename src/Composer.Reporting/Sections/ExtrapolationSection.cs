using Composer.Core.Json;
using Composer.Core.Text;
using Composer.Reporting.Html;
using Composer.Reporting.Text;
using Composer.Stages.Report;

namespace Composer.Reporting.Sections;

/// <summary>The small orders and the large ones that they became.</summary>
internal sealed class ExtrapolationSection : IReportSection
{
    public string Id => "extrapolation";

    public string Title => "Extrapolation";

    public bool HasContent(ReportContent content) => content.Points.Any(p => p.Searches.Any(s => s.Architecture is not null));

    public void Write(ReportPage page)
    {
        var distinct = page.Content.Points
            .SelectMany(p => p.Searches.Where(s => s.Architecture is not null).Select(s => (p.Label, Search: s)))
            .DistinctBy(s => (s.Search.Name, ComposerJson.WriteText(s.Search.Architecture)))
            .ToList();
        foreach (var (label, search) in distinct)
        {
            page.Html.Element("h3", label.Length > 0 ? $"{search.Name}, {label}" : search.Name).Line();
            WriteOne(page, search);
        }
    }

    private static void WriteOne(ReportPage page, ReportSearch search)
    {
        var (html, large, aggregate) = (page.Html, search.Architecture!, search.Aggregate!);
        var small = large.Small ?? aggregate.Architecture;
        using (html.In("dl", ("class", "orders")))
        {
            html.Element("dt", $"Small order, {small.Count} layers");
            using (html.In("dd"))
            {
                LayerBlocks.Write(html, small, aggregate.Notation);
                html.Element("span", small.Notation, ("class", "notation"));
            }

            html.Element("dt", $"Large order, {NumberText.Count(large.Layers)} layers");
            using (html.In("dd"))
            {
                LayerBlocks.Write(html, LayerBlocks.PartsOf(large.Architecture, small), large.Notation);
                html.Element("span", large.Notation, ("class", "notation"));
            }
        }

        html.Line();
        if (large.Explanation is { } explanation)
        {
            page.Paragraph(explanation);
        }

        if (large.Warning is { } warning)
        {
            using (html.In("p", ("class", "warning")))
            {
                html.Element("strong", "Warning. ").Text(warning);
            }

            html.Line();
        }

        var shape = large.Shape;
        page.Paragraph(
            $"{NumberText.Parameters(large.LayerParameters)} parameters in the layers; {BytesText.Of(large.KvBytesPerToken)} of keys and "
            + $"values a token{Constant(large.ConstantCacheBytes)}; "
            + $"dim {NumberText.Count(shape.Dim)}, {shape.Heads} heads, {shape.KvHeads} KV heads, hidden "
            + $"{NumberText.Count(shape.Hidden)}.");
        page.Sources(search.ExtrapolateStage);

        static string Constant(long bytes) => bytes > 0 ? $" and {BytesText.Of(bytes)} of windows and states whatever the length" : "";
    }
}
