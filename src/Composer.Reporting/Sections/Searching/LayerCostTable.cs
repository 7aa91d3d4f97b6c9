using Composer.Architecture.Widths;
using Composer.Core.Text;
using Composer.Reporting.Csv;
using Composer.Reporting.Html;
using Composer.Reporting.Text;

namespace Composer.Reporting.Sections.Searching;

/// <summary>What one layer of each primitive costs, and how far that is from the layer that it is held against.</summary>
internal static class LayerCostTable
{
    /// <param name="page">Where it goes.</param>
    /// <param name="costs">Nothing is written where each is a reference itself: they are known to differ.</param>
    /// <param name="length">Tokens of a sequence, at which they were counted; null leaves out what depends on it.</param>
    /// <param name="model">Which model's, in a few words.</param>
    public static void Write(ReportPage page, IReadOnlyList<LayerCost> costs, int? length, string model)
    {
        if (costs.All(cost => cost.Reference is null || cost.Reference == cost.Symbol))
        {
            return;
        }

        var html = page.Html;
        List<TableColumn> columns =
        [
            new("Primitive"), TableColumn.Number("Inner width", "where it has one"), TableColumn.Number("Parameters"),
            TableColumn.Number("Active parameters"), TableColumn.Number("Against its like", "%"),
        ];
        if (length is not null)
        {
            columns.AddRange(
            [
                TableColumn.Number("Training FLOPs a token"), TableColumn.Number("Against its like", "%"),
                TableColumn.Number("Cache", "bf16"),
            ]);
        }

        var at = length is { } tokens ? $", at {NumberText.Count(tokens, "token")}" : "";
        HtmlTable.Write(html, $"One layer of each primitive in {model}{at}", columns, () =>
        {
            foreach (var cost in costs)
            {
                HtmlTable.Row(html, () =>
                {
                    HtmlTable.Head(html, cost.Symbol.ToString());
                    HtmlTable.Number(html, cost.Width is > 0 and var width ? NumberText.Count(width) : NumberText.None);
                    HtmlTable.Number(html, NumberText.Count(cost.Parameters));
                    HtmlTable.Number(html, NumberText.Count(cost.ActiveParameters));
                    HtmlTable.Number(html, Against(cost, cost.MoreParameters));
                    if (length is not null)
                    {
                        HtmlTable.Number(html, NumberText.Scientific(cost.FlopsPerToken));
                        HtmlTable.Number(html, Against(cost, cost.MoreFlops));
                        HtmlTable.Number(html, BytesText.Of(cost.CacheBytes));
                    }
                });
            }
        });
        page.Data(
            $"layer costs in {model}",
            new DataTable("primitive", "inner_width", "parameters", "active_parameters", "more_parameters", "reference").AddAll(
                costs,
                c => [c.Symbol.ToString(), c.Width, c.Parameters, c.ActiveParameters, c.MoreParameters, c.Reference?.ToString()]));
    }

    private static string Against(LayerCost cost, double? more) => more is { } share && cost.Reference != cost.Symbol
        ? $"{NumberText.SignedPercent(share)} of {cost.Reference}"
        : NumberText.None;
}
