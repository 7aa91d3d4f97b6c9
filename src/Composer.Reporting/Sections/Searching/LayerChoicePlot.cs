using Composer.Architecture;
using Composer.Reporting.Csv;
using Composer.Reporting.Html;
using Composer.Reporting.Plots;
using Composer.Stages.Search;

namespace Composer.Reporting.Sections.Searching;

/// <summary>Which primitive stood at each position over the trials (the paper's Figure 15).</summary>
internal static class LayerChoicePlot
{
    /// <summary>Trials that the shares are counted over: the best so many so far.</summary>
    public const int BestKept = 10;

    private const int MostColumns = 300;

    /// <summary>What was tried: one column a trial.</summary>
    public static void WriteTried(ReportPage page, SearchOutput search)
    {
        var trials = search.Trials;
        var columns = Columns(trials.Count);
        WriteFigure(
            page,
            search,
            "Layers tried",
            "What each trial had at each position; right: the share over all trials.",
            p =>
            [
                .. columns.Select(c => p < trials[c].Layers.Count ? new RasterCell(LayerBlocks.StyleOf(trials[c].Layers[p]), 10) : default),
            ],
            p => Share([.. trials.Where(t => t.Layers.Count > p).Select(t => t.Layers[p])]));
    }

    /// <summary>What the best had: the leading primitive, the paler the nearer to even.</summary>
    public static void WriteShares(ReportPage page, SearchOutput search)
    {
        var trials = search.Trials;
        var best = Columns(trials.Count).Select(c => BestAt(trials, c)).ToList();
        WriteFigure(
            page,
            search,
            $"Layer choice of the best {BestKept} so far",
            $"The primitive that leads among the best {BestKept} trials so far, the paler the nearer to a tie; right: its share at the "
            + $"end.",
            p => [.. best.Select(b => CellOf([.. b.Where(l => l.Count > p).Select(l => l[p])], search.Primitives.Count))],
            p => Share([.. best[^1].Where(l => l.Count > p).Select(l => l[p])]));
    }

    /// <summary>Layers of the best trials up to this one, of those as long as this one.</summary>
    public static IReadOnlyList<LayerSequence> BestAt(IReadOnlyList<TrialOutput> trials, int last) =>
    [
        .. trials.Take(last + 1)
            .Where(t => t.Score is { } s && double.IsFinite(s) && t.Layers.Count == trials[last].Layers.Count)
            .OrderBy(t => t.Score)
            .ThenBy(t => t.Number)
            .Take(BestKept)
            .Select(t => t.Layers),
    ];

    private static void WriteFigure(
        ReportPage page,
        SearchOutput search,
        string title,
        string caption,
        Func<int, IReadOnlyList<RasterCell>> row,
        Func<int, (char Symbol, double Share)?> share)
    {
        if (search.Trials.Count == 0)
        {
            return;
        }

        var positions = search.Trials.Max(t => t.Layers.Count);
        var layout = new PlotLayout(520, Math.Clamp(positions * 30, 90, 420) + 58) { Right = 78 };
        var words = Enumerable.Range(0, positions)
            .Select(p => share(p) is { } s ? $"{s.Symbol} {Math.Round(100 * s.Share)} %" : "")
            .ToList();
        var html = page.Html;
        using (html.In("figure"))
        {
            html.Element("h4", title);
            CellRaster.Write(
                page,
                layout,
                [.. Enumerable.Range(0, positions).Select(row)],
                [.. Enumerable.Range(1, positions).Select(p => $"layer {p}")],
                words,
                ("trial", search.Trials[0].Number, search.Trials.Count),
                title,
                "By position, from the input: " + string.Join(", ", words));
            html.Element("figcaption", caption);
            page.Data(
                title,
                new DataTable("position", "trials_shown", "leading_primitive", "share").AddAll(
                    Enumerable.Range(0, positions), p => [p + 1, row(p).Count, share(p)?.Symbol.ToString(), share(p)?.Share]));
        }

        html.Line();
    }

    /// <summary>All trials, or evenly chosen ones where there are too many to draw.</summary>
    private static IReadOnlyList<int> Columns(int trials)
    {
        var count = Math.Min(trials, MostColumns);
        return [.. Enumerable.Range(1, count).Select(i => (int)((long)i * trials / count) - 1)];
    }

    private static (char Symbol, double Share)? Share(IReadOnlyList<char> symbols)
    {
        if (symbols.Count == 0)
        {
            return null;
        }

        var leading = symbols.GroupBy(s => s).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).First();
        return (leading.Key, (double)leading.Count() / symbols.Count);
    }

    private static RasterCell CellOf(IReadOnlyList<char> symbols, int primitives)
    {
        if (Share(symbols) is not { } leading)
        {
            return default;
        }

        var even = 1.0 / Math.Max(2, primitives);
        return new RasterCell(
            LayerBlocks.StyleOf(leading.Symbol), (int)Math.Round(2 + 8 * Math.Clamp((leading.Share - even) / (1 - even), 0, 1)));
    }
}
