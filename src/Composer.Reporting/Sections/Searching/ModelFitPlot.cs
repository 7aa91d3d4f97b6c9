using Composer.Reporting.Csv;
using Composer.Reporting.Plots;
using Composer.Reporting.Text;
using Composer.Search.Analysis;
using Composer.Stages.Report;

namespace Composer.Reporting.Sections.Searching;

/// <summary>What the surrogate says of each trial when it has seen all the others, against what was measured.</summary>
internal static class ModelFitPlot
{
    public static void Write(ReportPage page, ReportSearch search)
    {
        if (search.Analysis is not { } analysis)
        {
            return;
        }

        var html = page.Html;
        using (html.In("figure"))
        {
            html.Element("h4", "Model fit, leaving one out");
            WritePlot(page, analysis);
            page.Data(
                "model fit",
                new DataTable("trial", "layers", "measured", "predicted", "deviation").AddAll(
                    analysis.LeaveOneOut,
                    p => [p.Trial.Number, p.Trial.Sequence.ToString(), p.Trial.Score, p.Mean, p.Deviation]));
            html.Element(
                "figcaption",
                "Each trial predicted from all the others, ± one standard deviation; on the line the prediction is right. "
                + $"{Math.Round(100 * Covered(analysis))} % of the measured scores lie within it (68 % are expected). "
                + $"Kernel: {analysis.Kernel}; estimated noise of one trial {NumberText.Score(analysis.NoiseDeviation)}.");
        }

        html.Line();
    }

    /// <summary>Share of the trials whose score lies within one standard deviation of its prediction.</summary>
    public static double Covered(StudyAnalysis analysis) =>
        analysis.LeaveOneOut.Average(p => Math.Abs(p.Trial.Score!.Value - p.Mean) <= p.Deviation ? 1.0 : 0.0);

    private static void WritePlot(ReportPage page, StudyAnalysis analysis)
    {
        var points = analysis.LeaveOneOut;
        var axis = LinearScale.Covering(points.SelectMany(p => new[] { p.Trial.Score!.Value, p.Mean }), .06);
        using var plot = new XyPlot(
            page,
            new PlotLayout(520, 300),
            axis,
            axis,
            "Predicted against measured scores",
            $"{NumberText.Count(points.Count, "trial")}; {Math.Round(100 * Covered(analysis))} % within one standard deviation.");
        plot.XAxis("measured score", NumberText.Tick).YAxis("predicted score", NumberText.Tick);
        plot.Line([(axis.Lowest, axis.Lowest), (axis.Highest, axis.Highest)], "line dashed s4");
        foreach (var point in points)
        {
            var (measured, low, high) = (point.Trial.Score!.Value, point.Mean - point.Deviation, point.Mean + point.Deviation);
            plot.Line([(measured, Math.Max(low, axis.Lowest)), (measured, Math.Min(high, axis.Highest))], "line pale s3");
        }

        foreach (var point in points)
        {
            plot.Marker(
                point.Trial.Score!.Value,
                point.Mean,
                MarkerShape.Circle,
                3.5,
                "s3",
                $"trial {point.Trial.Number}: {point.Trial.Sequence} measured {NumberText.Score(point.Trial.Score)}, predicted "
                + $"{NumberText.Score(point.Mean)} ± {NumberText.Score(point.Deviation)}");
        }
    }
}
