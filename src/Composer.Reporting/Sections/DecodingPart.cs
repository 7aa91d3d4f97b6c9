using Composer.Core.Text;
using Composer.Reporting.Csv;
using Composer.Reporting.Html;
using Composer.Reporting.Plots;
using Composer.Reporting.Sections.Searching;
using Composer.Reporting.Statistics;
using Composer.Reporting.Text;
using Composer.Stages.Report;
using static Composer.Reporting.Html.HtmlTable;

namespace Composer.Reporting.Sections;

/// <summary>Latency of decoding by length, and its memory; the time of a step of training.</summary>
internal static class DecodingPart
{
    /// <summary>Units of the plot between two models at the same length.</summary>
    private const double Apart = 4;

    public static void Write(ReportPage page, ReportPoint point)
    {
        var models = point.Models.Where(m => m.Efficiency is { Points.Count: > 0 }).ToList();
        if (models.Count == 0)
        {
            return;
        }

        var html = page.Html;
        html.Element("h4", "Decoding").Line();
        var hasPlot = models.Any(m => m.Efficiency!.Points.Count > 1);
        if (hasPlot)
        {
            using (html.In("figure", ("class", "narrow")))
            {
                PlotLegend.Write(page, models.Select(m => m.Name));
                WritePlot(page, models);
                page.Data(
                    "latency of decoding",
                    new DataTable("model", "length", "median_ms_per_token", "fastest_ms", "slowest_ms").AddAll(
                        models.SelectMany(m => m.Efficiency!.Points.Select(at => (m.Name, At: at))),
                        r => [r.Name, r.At.Length, 1000 * r.At.SecondsPerToken, 1000 * r.At.Rounds.Min(), 1000 * r.At.Rounds.Max()]));
                html.Element(
                    "figcaption",
                    "Milliseconds for one decoded token, by length of prompt and decoded tokens together; a quarter is prompt. "
                    + "Marker: the median of the rounds; bar: the fastest and the slowest.");
            }
        }

        html.Line();
        using (html.In("details", ("open", hasPlot ? null : "open")))
        {
            html.Element("summary", "All measurements");
            WriteNumbers(page, models);
            WriteSteps(page, models);
        }

        html.Line();
    }

    private static void WriteNumbers(ReportPage page, List<ReportModel> models)
    {
        var html = page.Html;
        List<TableColumn> columns =
        [
            new("Model"), TableColumn.Number("Length", "tokens"), TableColumn.Number("Prompt", "tokens/s"),
            TableColumn.Number("Decoding", "tokens/s, median"), TableColumn.Number("Latency", "a token, median"),
            TableColumn.Number("Mean latency", "± 95 % interval"), TableColumn.Number("Fastest, slowest", "round"),
            TableColumn.Number("Cache", "a token, as allocated"), TableColumn.Number("Threads"),
        ];
        var data = new DataTable(
            "model", "length", "prompt_tokens_per_second", "decode_tokens_per_second", "median_seconds_per_token", "mean_seconds_per_token",
            "half_width_95", "fastest", "slowest", "rounds", "cache_bytes_per_token", "threads");
        HtmlTable.Write(html, "Decoding one sequence, the models in turns, measured after training", columns, () =>
        {
            foreach (var (model, at) in models.SelectMany(m => m.Efficiency!.Points.Select(p => (m, p))))
            {
                Row(html, () =>
                {
                    Head(html, model.Name);
                    Number(html, NumberText.Count(at.Length));
                    Number(html, NumberText.Rate(at.PromptTokensPerSecond));
                    using (html.In("td", ("class", "n")))
                    {
                        page.StageLink(model.EfficiencyStage, NumberText.Rate(at.DecodeTokensPerSecond));
                    }

                    var mean = MeanInterval.Of(at.Rounds);
                    Number(html, NumberText.Latency(at.SecondsPerToken));
                    using (html.In("td", ("class", "n")))
                    {
                        html.Text(NumberText.Latency(mean.Mean)).Element("small", StandingTable.Counted(mean, NumberText.Latency, "round"));
                    }

                    Number(html, $"{NumberText.Latency(at.Rounds.Min())}, {NumberText.Latency(at.Rounds.Max())}");
                    Number(html, BytesText.Of(at.CacheBytesPerToken));
                    Number(html, NumberText.Count(model.TimedThreads));
                    data.Add(
                        model.Name, at.Length, at.PromptTokensPerSecond, at.DecodeTokensPerSecond, at.SecondsPerToken, mean.Mean, mean.Half,
                        at.Rounds.Min(), at.Rounds.Max(), at.Rounds.Count, at.CacheBytesPerToken, model.TimedThreads);
                });
            }
        });
        page.Data("decoding", data);
    }

    private static void WriteSteps(ReportPage page, List<ReportModel> models)
    {
        var trained = models.Where(m => m.Efficiency!.Training is not null).Select(m => (Model: m, At: m.Efficiency!.Training!)).ToList();
        if (trained.Count == 0)
        {
            return;
        }

        var html = page.Html;
        List<TableColumn> columns =
        [
            new("Model"), TableColumn.Number("Step", "tokens"), TableColumn.Number("Training", "tokens/s, median"),
            TableColumn.Number("Time a step", "median"), TableColumn.Number("Mean time a step", "± 95 % interval"),
            TableColumn.Number("Fastest, slowest", "round"), TableColumn.Number("Threads"),
        ];
        HtmlTable.Write(html, "Steps of training: forward, backward and update, the models in turns", columns, () =>
        {
            foreach (var (model, at) in trained)
            {
                Row(html, () =>
                {
                    Head(html, model.Name);
                    Number(html, NumberText.Count(at.Tokens));
                    using (html.In("td", ("class", "n")))
                    {
                        page.StageLink(model.EfficiencyStage, NumberText.Rate(at.TokensPerSecond));
                    }

                    var mean = MeanInterval.Of(at.Rounds);
                    Number(html, NumberText.Latency(at.SecondsPerStep));
                    using (html.In("td", ("class", "n")))
                    {
                        html.Text(NumberText.Latency(mean.Mean)).Element("small", StandingTable.Counted(mean, NumberText.Latency, "round"));
                    }

                    Number(html, $"{NumberText.Latency(at.Rounds.Min())}, {NumberText.Latency(at.Rounds.Max())}");
                    Number(html, NumberText.Count(model.TimedThreads));
                });
            }
        });
        page.Data(
            "steps of training",
            new DataTable(
                "model", "tokens", "length", "tokens_per_second", "median_seconds", "fastest", "slowest", "rounds", "threads").AddAll(
                trained,
                t =>
                [
                    t.Model.Name, t.At.Tokens, t.At.Length, t.At.TokensPerSecond, t.At.SecondsPerStep, t.At.Rounds.Min(), t.At.Rounds.Max(),
                    t.At.Rounds.Count, t.Model.TimedThreads,
                ]));
    }

    private static void WritePlot(ReportPage page, List<ReportModel> models)
    {
        var points = models.SelectMany(m => m.Efficiency!.Points).ToList();
        var x = AxisChoice.For(points.Select(p => (double)p.Length), ratio: 8);
        var y = AxisChoice.For(points.SelectMany(p => p.Rounds).Select(s => 1000 * s), ratio: 30, room: .1);
        using var plot = new XyPlot(
            page,
            new PlotLayout(520, 280),
            x,
            y,
            "Latency of decoding",
            "One line a model; the numbers are in the table that can be unfolded below.");
        plot.XAxis("length, tokens", NumberText.Tick, [.. points.Select(p => (double)p.Length).Distinct().Order()])
            .YAxis("ms a token", NumberText.Tick);
        foreach (var model in models)
        {
            plot.Shift = Apart * (models.IndexOf(model) - ((models.Count - 1) / 2.0));
            var style = page.StyleOf(model.Name);
            var line = model.Efficiency!.Points.OrderBy(p => p.Length)
                .Select(p => (X: (double)p.Length, Y: 1000 * p.SecondsPerToken)).ToList();
            plot.Line(line, style.LineClass);
            foreach (var at in model.Efficiency.Points)
            {
                plot.VerticalError(at.Length, 1000 * at.Rounds.Min(), 1000 * at.Rounds.Max(), style.Colour);
            }

            foreach (var (length, latency) in line)
            {
                plot.Marker(
                    length,
                    latency,
                    style.Marker,
                    4.5,
                    style.Colour,
                    $"{model.Name} at {NumberText.Count((long)length)}: {NumberText.Latency(latency / 1000)}");
            }
        }
    }
}
