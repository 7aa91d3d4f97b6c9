using Composer.Architecture.Primitives;
using Composer.Architecture.Widths;
using Composer.Core.Json;
using Composer.Core.Text;
using Composer.Reporting.Html;
using Composer.Reporting.Sections.Searching;
using Composer.Reporting.Text;
using Composer.Stages.Extrapolate;
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
        LayerCostTable.Write(page, CostsAtSize(page.Content, large), length: null, "models of this size");
        page.Sources(search.ExtrapolateStage);

        static string Constant(long bytes) => bytes > 0 ? $" and {BytesText.Of(bytes)} of windows and states whatever the length" : "";
    }

    /// <summary>Of a layer of each primitive that the model or one beside it at the same widths has.</summary>
    private static IReadOnlyList<LayerCost> CostsAtSize(ReportContent content, ArchitectureOutput large) =>
    [
        .. content.Points.SelectMany(p => p.Models).Where(m => !m.IsImported).Select(m => m.Architecture).Prepend(large)
            .Where(a => (a.Shape with { Options = null }) == (large.Shape with { Options = null }))
            .SelectMany(a => LayerCost.Of(a.Shape, a.Architecture, length: 1))
            .DistinctBy(cost => (cost.Symbol, cost.Width)).OrderBy(cost => PrimitiveRegistry.Default.PlaceOf(cost.Symbol)),
    ];
}
