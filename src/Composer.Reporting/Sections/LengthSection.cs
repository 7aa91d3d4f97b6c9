using Composer.Reporting.Csv;
using Composer.Reporting.Html;
using Composer.Reporting.Plots;
using Composer.Reporting.Statistics;
using Composer.Reporting.Text;
using Composer.Stages.LmEval;
using Composer.Stages.Report;
using static Composer.Reporting.Html.HtmlTable;

namespace Composer.Reporting.Sections;

/// <summary>How the losses go on at windows longer than those of training.</summary>
internal sealed class LengthSection : IReportSection
{
    private const double NatsOfBit = 0.693147180559945309417;

    public string Id => "lengths";

    public string Title => "Longer texts";

    public bool HasContent(ReportContent content) => content.Points.Any(p => p.Models.Any(m => Of(m).Count > 0));

    public void Write(ReportPage page) => page.ForEachPoint(point =>
    {
        var models = point.Models.Where(m => Of(m).Count > 0).ToList();
        if (models.Count == 0)
        {
            return;
        }

        var first = Of(models[0])[0].Lengths;
        page.Paragraph(
            $"Held-out text, {NumberText.Count(first.Tokens)} tokens of it, cut into windows of the length of training "
            + $"({NumberText.Count(first.Trained)} tokens) and of multiples of it. Every model predicts the same tokens at every length; "
            + "what changes is how much of the text before them it sees. A model that goes on gains, or stays where the text has nothing "
            + "more to give; one whose loss rises has learned positions, not text.");
        WritePositions(page, models);
        WriteWindows(page, models);
        page.Sources(models.SelectMany(m => m.Runs).Where(r => r.LmEval?.Lengths is not null).Select(r => r.LmEvalStage));
    });

    private static List<(ReportRun Run, LengthOutput Lengths)> Of(ReportModel model) =>
        [.. model.Runs.Where(r => r.LmEval?.Lengths is not null).Select(r => (r, r.LmEval!.Lengths!))];

    private static void WritePositions(ReportPage page, List<ReportModel> models)
    {
        var curves = models.Select(m => (Model: m, Points: Positions(m))).ToList();
        var trained = Of(models[0])[0].Lengths.Trained;
        PlotLegend.Write(page, models.Select(m => m.Name));
        using (page.Html.In("figure"))
        {
            page.Html.Element("h4", "Loss by position");
            page.Data(
                "loss by position",
                new DataTable("model", "repetition", "from", "end", "loss").AddAll(
                    models.SelectMany(m => Of(m).SelectMany(r => r.Lengths.Positions.Select(p => (m.Name, r.Run.Repetition, P: p)))),
                    r => [r.Name, r.Repetition, r.P.From, r.P.End, r.P.Loss]));
            using (var plot = new XyPlot(
                page,
                new PlotLayout(520, 340),
                LinearScale.Covering(curves.SelectMany(c => c.Points.SelectMany(p => new double[] { p.From, p.End })), 0),
                LinearScale.Covering(curves.SelectMany(c => c.Points.Select(p => p.Loss))),
                "Loss by position in the longest window",
                string.Join("; ", curves.Select(
                    c => $"{c.Model.Name}: {NumberText.Loss(c.Points[0].Loss)} at the beginning, {NumberText.Loss(c.Points[^1].Loss)} at the end"))))
            {
                plot.XAxis("tokens before", NumberText.Tick).YAxis("loss", NumberText.Tick);
                plot.VerticalRule(trained, "trained");
                foreach (var (model, points) in curves)
                {
                    var style = page.StyleOf(model.Name);
                    plot.Line(points.Select(p => ((p.From + p.End) / 2.0, p.Loss)), style.LineClass);
                    foreach (var p in points)
                    {
                        plot.Marker(
                            (p.From + p.End) / 2.0,
                            p.Loss,
                            style.Marker,
                            3,
                            style.Colour,
                            $"{model.Name}, positions {NumberText.Count(p.From)} … {NumberText.Count(p.End - 1)}: {NumberText.Loss(p.Loss)}");
                    }
                }
            }

            page.Html.Element(
                "figcaption",
                "Nats a token, by a token's place in the longest window; dashed: the length of training"
                + (models.Any(m => Of(m).Count > 1) ? "; means over a model's trainings." : "."));
        }

        page.Html.Line();
    }

    private static void WriteWindows(ReportPage page, List<ReportModel> models)
    {
        var html = page.Html;
        List<TableColumn> columns =
        [
            new("Model"), TableColumn.Number("Window", "tokens"), TableColumn.Number("Loss", "nats a token"),
            TableColumn.Number("Bits", "a token"), TableColumn.Number("Difference", "to the trained length"),
            TableColumn.Number("Beyond", "loss behind the trained length"),
        ];
        var caption = "Loss on held-out text by the length of its windows; ± "
            + (models.Any(m => Of(m).Count > 1) ? "95 % interval over trainings" : "one standard error over the longest windows");
        HtmlTable.Write(html, caption, columns, () =>
        {
            foreach (var model in models)
            {
                foreach (var window in Windows(model))
                {
                    Row(html, () =>
                    {
                        Head(html, model.Name);
                        Number(html, NumberText.Count(window.Length));
                        using (html.In("td", ("class", "n")))
                        {
                            page.StageLink(Of(model)[0].Run.LmEvalStage, NumberText.Loss(window.Loss));
                        }

                        Number(html, NumberText.Loss(window.Loss / NatsOfBit));
                        using (html.In("td", ("class", "n")))
                        {
                            html.Text(window.Difference is { } difference ? NumberText.SignedLoss(difference) : NumberText.None);
                            if (window.DifferenceError is { } error)
                            {
                                html.Element("small", $"± {NumberText.Loss(error)}");
                            }
                        }

                        Number(html, window.Beyond is { } beyond ? NumberText.Loss(beyond) : NumberText.None);
                    });
                }
            }
        });
        page.Data(
            "loss by length of window",
            new DataTable("model", "repetition", "window", "loss", "bits", "difference", "difference_error", "beyond").AddAll(
                models.SelectMany(m => Of(m).SelectMany(r => r.Lengths.Windows.Select(w => (m.Name, r.Run.Repetition, W: w)))),
                r =>
                [
                    r.Name, r.Repetition, r.W.Length, r.W.Loss, r.W.Loss / NatsOfBit, r.W.Difference, r.W.DifferenceError, r.W.Beyond,
                ]));
    }

    /// <summary>Of one training as it was measured; of several their means, with half the 95 % interval of the difference's.</summary>
    private static IEnumerable<LengthWindow> Windows(ReportModel model) => Of(model).SelectMany(r => r.Lengths.Windows)
        .GroupBy(w => w.Length)
        .OrderBy(g => g.Key)
        .Select(g => g.Count() == 1 ? g.First() : new LengthWindow(
            g.Key,
            g.Average(w => w.Loss),
            g.Average(w => w.Beyond),
            g.Average(w => w.Difference),
            g.First().Difference is null ? null : MeanInterval.Of(g.Select(w => w.Difference!.Value)).Half));

    private static List<LengthPosition> Positions(ReportModel model) =>
    [
        .. Of(model).SelectMany(r => r.Lengths.Positions).GroupBy(p => (p.From, p.End)).OrderBy(g => g.Key.From)
            .Select(g => new LengthPosition(g.Key.From, g.Key.End, g.Average(p => p.Loss))),
    ];
}
