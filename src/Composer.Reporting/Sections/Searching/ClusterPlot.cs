using Composer.Reporting.Csv;
using Composer.Reporting.Plots;
using Composer.Reporting.Text;
using Composer.Stages.Aggregate;
using Composer.Stages.Search;

namespace Composer.Reporting.Sections.Searching;

/// <summary>The candidates' scores, one row a cluster; the best one votes.</summary>
internal static class ClusterPlot
{
    public static void Write(ReportPage page, SearchOutput search, AggregateOutput aggregate)
    {
        if (aggregate.Clusters.Count == 0)
        {
            return;
        }

        var html = page.Html;
        using (html.In("figure"))
        {
            html.Element("h4", "Clusters of scores");
            WritePlot(page, search, aggregate);
            page.Data(
                "clusters",
                new DataTable("cluster", "cluster_mean", "layers", "score").AddAll(
                    aggregate.Clusters.SelectMany((c, i) => c.Members.Select(m => (Cluster: i + 1, c.Centroid, Layers: m))),
                    r => [r.Cluster, r.Centroid, r.Layers.ToString(), search.Trials.FirstOrDefault(t => t.Layers == r.Layers)?.Score]));
            html.Element(
                "figcaption",
                $"K-means on the score; bar: the cluster's mean. Cluster 1, the best, has {Members(aggregate.Clusters[0])}"
                + (aggregate.Positions.Count > 0 ? " and voted." : "."));
        }

        html.Line();
    }

    private static string Members(ClusterOutput cluster) => NumberText.Count(cluster.Members.Count, "candidate");

    private static void WritePlot(ReportPage page, SearchOutput search, AggregateOutput aggregate)
    {
        var result = search.Result.ToHashSet();
        var scores = search.Trials
            .Where(t => t.Score is { } s && double.IsFinite(s) && result.Contains(t.Number))
            .GroupBy(t => t.Layers)
            .ToDictionary(g => g.Key, g => g.Average(t => t.Score!.Value));
        var clusters = aggregate.Clusters;
        var x = AxisChoice.For(scores.Values.Concat(clusters.Select(c => c.Centroid)), ratio: 30);
        var y = new LinearScale(.4, clusters.Count + .6);
        using var plot = new XyPlot(
            page,
            new PlotLayout(520, 300) { Left = 84, Top = 12 },
            x,
            y,
            "Clusters of scores",
            string.Join("; ", clusters.Select((c, i) => $"cluster {i + 1}: {Members(c)}, mean {NumberText.Score(c.Centroid)}")));
        plot.Band(clusters.Count - .45, clusters.Count + .45, "band");
        plot.XAxis("score", NumberText.Tick);
        for (var c = 0; c < clusters.Count; c++)
        {
            var row = clusters.Count - c;
            plot.RowLabel(row, $"cluster {c + 1}");
            plot.Line([(clusters[c].Centroid, row - .36), (clusters[c].Centroid, row + .36)], "line centroid");
            for (var m = 0; m < clusters[c].Members.Count; m++)
            {
                var layers = clusters[c].Members[m];
                if (scores.TryGetValue(layers, out var score))
                {
                    // Spread over the row's height by a fixed pattern, so that equal scores stay apart.
                    var aside = (m * 7 % 11 - 5) * .05;
                    plot.Marker(
                        score, row + aside, MarkerShape.Circle, 3.5, c == 0 ? "chosen" : "trial", $"{layers} {NumberText.Score(score)}");
                }
            }
        }
    }
}
