using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Composer.Core.Text;
using Composer.Stages.Report;
using Composer.Stages.Pretrain;
using Composer.Reporting.Text;

namespace Composer.Reporting.Tests;

public sealed class HtmlReportRendererTests
{
    private static readonly Lazy<ReportDocument>[] OddDocuments =
    [
        .. OddReports.All.Select(o => new Lazy<ReportDocument>(() => ReportDocument.Of(o))),
    ];

    public static TheoryData<int> Reports => [.. Enumerable.Range(0, OddReports.All.Count)];

    [Fact]
    public void The_same_content_gives_the_same_bytes_whatever_the_culture()
    {
        var renderer = new HtmlReportRenderer();
        var first = renderer.Render(new SampleReport().Build());
        var before = CultureInfo.CurrentCulture;
        try
        {
            var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            other.NumberFormat.NumberDecimalSeparator = ",";
            other.NumberFormat.NumberGroupSeparator = ".";
            other.NumberFormat.NegativeSign = "~";
            CultureInfo.CurrentCulture = other;
            Assert.Equal(first, renderer.Render(new SampleReport().Build()));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_change_of_a_number_changes_the_bytes()
    {
        var renderer = new HtmlReportRenderer();
        var content = new SampleReport().Build();
        Assert.NotEqual(renderer.Render(content), renderer.Render(content with { Seed = 18 }));
    }

    [Theory, MemberData(nameof(Reports))]
    public void Every_report_is_well_formed_and_its_geometry_finite(int index)
    {
        var document = OddDocuments[index].Value;
        Assert.DoesNotContain(document.Geometry, g => g.Contains("NaN") || g.Contains('∞') || g.Contains('E'));
    }

    [Theory, MemberData(nameof(Reports))]
    public void Every_anchor_resolves_and_every_id_is_unique(int index)
    {
        var document = OddDocuments[index].Value;
        var ids = document.Root.DescendantsAndSelf().Attributes("id").Select(a => a.Value).ToList();
        var known = ids.ToHashSet();
        Assert.Equal(known.Count, ids.Count);
        var references = document.All("a").Select(a => ((string)a.Attribute("href")!)[1..])
            .Concat(document.Root.Descendants().Attributes("aria-labelledby").SelectMany(a => a.Value.Split(' ')))
            .Concat(document.Root.Descendants().Attributes("clip-path").Select(a => a.Value["url(#".Length..^1]));
        Assert.DoesNotContain(references, r => !known.Contains(r));
    }

    [Theory, MemberData(nameof(Reports))]
    public void Nothing_is_fetched(int index)
    {
        var document = OddDocuments[index].Value;
        var urls = Regex.Matches(document.Source, "https?://[^\"' )]*").Select(m => m.Value).Distinct();
        Assert.Subset(new HashSet<string> { "http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg" }, urls.ToHashSet());
        var script = Assert.Single(document.All("script")).Value;
        Assert.DoesNotMatch("fetch|XMLHttpRequest|WebSocket|import|eval|src|cookie|localStorage|sendBeacon", script);
        Assert.Empty(document.All("link"));
        Assert.Empty(document.All("img"));
        Assert.DoesNotContain("@import", document.Source);
    }

    [Fact]
    public void Hostile_names_stay_text()
    {
        var content = new SampleReport { Name = OddReports.Hostile, Variants = [OddReports.Hostile], Tasks = [OddReports.Hostile] }.Build();
        content = content with
        {
            Description = OddReports.Hostile,
            Profile = OddReports.Hostile,
            Version = OddReports.Hostile,
            Settings = [new ReportSetting(OddReports.Hostile, OddReports.Hostile)],
            Provenance = [.. content.Provenance.Select(p => p with { Machine = OddReports.Hostile, Fields = [new ReportSetting(OddReports.Hostile, OddReports.Hostile)] })],
        };
        var document = ReportDocument.Of(content);
        Assert.Single(Regex.Matches(document.Source, "<script", RegexOptions.IgnoreCase));
        Assert.Equal(OddReports.Hostile.Replace('\u0001', '\ufffd').Replace('\ud800', '\ufffd'), document.All("h1").Single().Value);
    }

    [Fact]
    public void The_final_table_has_every_number_of_every_model()
    {
        var content = new SampleReport().Build();
        var document = ReportDocument.Of(content);
        var rows = document.Table("Composite and baselines");
        var models = content.Points[0].Models;
        Assert.Equal(models.Count + 1, rows.Count);
        for (var i = 0; i < models.Count; i++)
        {
            var (model, row) = (models[i], rows[i + 1]);
            var (cache, caches) = (model.Architecture.KvBytesPerToken, models[1].Architecture.KvBytesPerToken);
            var difference = model.Pretrain.ValidationLoss - models[1].Pretrain.ValidationLoss;
            List<string> expected =
            [
                model.Name + (model.IsBaseline ? "baseline" : "found by search"),
                $"{model.Architecture.Notation}{model.Architecture.Layers} layers, dim 128",
                NumberText.Parameters(model.Pretrain.Parameters) + NumberText.Parameters(model.Architecture.LayerParameters),
                NumberText.Short(model.Pretrain.Tokens) + NumberText.Scientific(model.Pretrain.Flops),
                NumberText.Loss(model.Pretrain.ValidationLoss),
                i == 1 ? "–" : $"{NumberText.SignedLoss(difference)}1 pair: can't tell",
                .. model.Tasks.Select(t => $"{NumberText.Percent(t.Accuracy)}± {NumberText.Percent(t.AccuracyStandardError)}"),
            ];
            Assert.Equal(expected, row.Take(expected.Count));
            var (own, llama) = (model.Efficiency!, models[1].Efficiency!);
            var (longest, other) = (own.Points[^1], llama.Points[^1]);
            Assert.Equal(
                [
                    With(BytesText.Of(cache), cache, caches),
                    With(NumberText.Rate(longest.PromptTokensPerSecond), 1, 1),
                    With(
                        NumberText.Rate(longest.DecodeTokensPerSecond) + NumberText.Latency(longest.SecondsPerToken),
                        longest.DecodeTokensPerSecond,
                        other.DecodeTokensPerSecond),
                    With(
                        NumberText.Rate(own.Training!.TokensPerSecond) + NumberText.Latency(own.Training.SecondsPerStep),
                        own.Training.TokensPerSecond,
                        llama.Training!.TokensPerSecond),
                ],
                row.TakeLast(4).Select(cell => cell.Replace(" · ", "", StringComparison.Ordinal)));

            // Llama's order is what the others are compared with.
            string With(string text, double mine, double theirs) => i == 1 ? text : text + NumberText.Ratio(mine / theirs);
        }
    }

    [Fact]
    public void Repeated_trainings_stand_as_means_with_intervals_and_paired_differences()
    {
        var row = ReportDocument.Of(new SampleReport { Trainings = 3 }).Table("Composite and baselines")[1];

        // 2.13, 2.134, 2.138 against 2.17, 2.18, 2.19: differences −.04, −.046, −.052; 4.3027 times .004 / √3 and .006 / √3.
        Assert.Equal(["2.134± 0.010, 3 runs", "−0.046 ± 0.0153 pairs: better"], row.Skip(4).Take(2));
        Assert.Contains("mean ± 95 %", ReportDocument.Of(new SampleReport { Trainings = 3 }).Table("Composite and baselines")[0][4]);
    }

    [Fact]
    public void The_lowest_loss_and_the_highest_accuracy_are_marked()
    {
        var document = ReportDocument.Of(new SampleReport { Tasks = ["only"] });
        var table = document.Section("results")
            .Descendants()
            .Where(e => e.Name.LocalName == "td" && ((string?)e.Attribute("class"))?.Contains("best") == true);
        Assert.Equal(2, table.Count());
        Assert.Contains(table, t => t.Value == "2.130");
    }

    [Fact]
    public void What_was_not_measured_shows_as_a_dash()
    {
        var content = new SampleReport().Build();
        var models = content.Points[0].Models.Select(m => m with { Timings = null, Efficiency = null }).ToList();
        var rows = ReportDocument.Of(content with { Points = [content.Points[0] with { Models = models }] })
            .Table("Composite and baselines");
        Assert.All(rows.Skip(1), r => Assert.Equal(["–", "–", "–"], r.TakeLast(3)));
    }

    [Fact]
    public void A_model_that_diverged_is_reported_and_not_drawn()
    {
        var content = new SampleReport().Build();
        var models = content.Points[0].Models
            .Select((m, i) => i > 0 ? m : m with
            {
                Pretrain = m.Pretrain with
                {
                    ValidationLoss = double.NaN,
                    Curve = [new LossPoint(1, 100, 5), new LossPoint(2, 200, double.PositiveInfinity), new LossPoint(3, 300, double.NaN)],
                    Validation = [new LossPoint(3, 300, double.NaN)],
                },
            })
            .ToList();
        var document = ReportDocument.Of(content with { Points = [content.Points[0] with { Models = models }] });
        Assert.Equal("NaN", document.Table("Composite and baselines")[1][4]);
        Assert.DoesNotContain(document.Geometry, g => g.Contains("NaN") || g.Contains('∞'));
    }

    [Fact]
    public void Failed_trials_are_listed_with_their_reasons()
    {
        var rows = ReportDocument.Of(new SampleReport { FailedTrials = 3 }).Table("Trials without a score");
        Assert.Equal(4, rows.Count);
        Assert.All(rows.Skip(1), r => Assert.Equal("compression: the loss is not finite", r[2]));
    }

    [Fact]
    public void The_best_candidates_come_in_the_order_of_their_scores()
    {
        var sample = new SampleReport();
        var content = sample.Build();
        var expected = content.Points[0].Searches[0].Search.Trials.Where(t => t.Score is not null).OrderBy(t => t.Score).Take(10).ToList();
        var rows = ReportDocument.Of(content).Table("The best 10 of 60 trials");
        Assert.Equal(expected.Select(t => t.Layers.ToString()), rows.Skip(1).Select(r => r[2]));
        Assert.Equal(expected.Select(t => NumberText.Score(t.Score) + "one run"), rows.Skip(1).Select(r => r[3]));
        Assert.All(expected.Zip(rows.Skip(1)), p => Assert.Equal(p.First.Tasks.Select(t => NumberText.Score(t.Score)), p.Second.Skip(4)));
    }

    [Fact]
    public void Every_position_shows_its_votes_and_what_broke_a_tie()
    {
        var rows = ReportDocument.Of(new SampleReport()).Table("Votes of the best cluster");
        Assert.Equal(7, rows.Count);
        Assert.Equal("a tie: the lower mean score", rows[3][4]);
    }

    [Fact]
    public void Vote_that_did_not_hold_is_shown_beside_what_was_taken()
    {
        var report = ReportDocument.Of(new SampleReport { Proposed = "MMMMMM" });
        var rows = report.Table("The proposed order beside the best cluster's best members");
        Assert.Equal(["6M", "proposed"], rows[1].Take(2));
        Assert.Equal(["2A+4M", "member, taken", "2", "0.2700", "0.3000± 0.0248, 3 runs", "−0.3000", "0.2900 · 0.3000 · 0.3100"], rows[2]);
        Assert.Equal(["not tried", "–", "failed"], rows[3].Skip(2).Take(3));
        Assert.Contains("it was 0.3000 worse than 2A+4M, beyond the noise, so 2A+4M is taken instead.", report.Section("search").Value);
    }

    [Fact]
    public void Every_way_s_reading_says_what_became_of_it()
    {
        var rows = ReportDocument.Of(new SampleReport { Proposed = "MMMMMM" }).Table("What each way makes of the trials");
        Assert.Equal(["N_0", "N_1", "posterior"], rows.Skip(1).Select(r => r[0]));
        Assert.Equal(["0.6100", "0.6000± 0.0497, 3 runs", "2A+4M", "the manifest's way, gave way in fresh runs"], rows[1].Skip(3));
        Assert.Equal(["2", "0.2700", "0.3000± 0.0248, 3 runs", "itself", "the same order as the one taken"], rows[2].Skip(2));
        Assert.Equal(["1", "0.2500", "not run", "–"], rows[3].Skip(2).Take(4));
        Assert.Contains(
            "takes the candidate 6M", ReportDocument.Of(new SampleReport { Proposed = "MMMMMM", Votes = false }).Section("search").Value);
    }

    [Fact]
    public void Without_votes_the_report_says_that_the_best_candidate_was_taken() =>
        Assert.Contains("p100", ReportDocument.Of(new SampleReport { Votes = false }).Section("search").Value);

    [Fact]
    public void The_score_is_said_in_words() =>
        Assert.Contains(
            "1 − accuracy on held-out samples after the last epoch", ReportDocument.Of(new SampleReport()).Section("search").Value);

    [Fact]
    public void A_search_that_points_share_is_shown_once()
    {
        var content = new SampleReport().Build();
        var point = content.Points[0];
        var renamed = point.Searches[0] with { SearchStage = "b/search composite" };
        var document = ReportDocument.Of(
            content with { Points = [point with { Label = "a" }, point with { Label = "b", Searches = [renamed] }] });
        Assert.Single(document.Section("search").Descendants(), e => e.Name.LocalName == "h4" && e.Value == "Convergence");
        Assert.Single(document.Section("extrapolation").Descendants(), e => e.Name.LocalName == "dl");
        Assert.Equal(2, document.All("table").Count(t => t.Value.StartsWith("Composite and baselines")));
    }

    [Fact]
    public void Every_layer_of_a_deep_order_is_drawn()
    {
        var large = string.Concat(Enumerable.Repeat("AAMMMM", 10));
        var orders = ReportDocument.Of(new SampleReport { Large = large }).Section("extrapolation");
        var parts = orders.Descendants().Where(e => (string?)e.Attribute("class") == "part").Select(e => e.Value).ToList();
        Assert.Equal(["AAMMMM", .. Enumerable.Repeat("AAMMMM", 10)], parts);
    }

    [Fact]
    public void Provenance_has_full_digests_machine_and_fields()
    {
        var content = new SampleReport().Build();
        var text = ReportDocument.Of(content).Section("provenance").Value;
        Assert.All(content.Provenance, p =>
        {
            Assert.Contains(p.Key.ToString(), text);
            Assert.Contains(p.Output.ToString(), text);
            Assert.Contains(NumberText.Instant(p.Created), text);
            Assert.All(p.Fields, f => Assert.Contains(f.Path, text));
        });
    }

    [Fact]
    public void Settings_that_the_manifest_made_are_marked()
    {
        var content = new SampleReport().Build();
        var section = ReportDocument.Of(content).Section("settings");
        var marked = section.Descendants().Where(e => e.Name.LocalName == "tr" && (string?)e.Attribute("class") == "set").ToList();
        Assert.Equal(content.Settings.Count(s => !s.IsDefault), marked.Count);
        Assert.All(content.Settings, s => Assert.Contains(s.Path, section.Value));
    }

    [Fact]
    public void Every_plot_has_a_title_and_a_description_and_scales()
    {
        var document = ReportDocument.Of(new SampleReport());
        Assert.True(document.Svgs.Count() >= 9, $"{document.Svgs.Count()} plots");
        Assert.All(document.Svgs, s =>
        {
            Assert.Equal(["title", "desc"], s.Elements().Take(2).Select(e => e.Name.LocalName));
            Assert.All(s.Elements().Take(2), e => Assert.NotEmpty(e.Value));
            Assert.NotNull(s.Attribute("viewBox"));
            Assert.Null(s.Attribute("width"));
        });
    }

    [Fact]
    public void Headers_name_their_scope_and_headings_skip_no_level()
    {
        var document = ReportDocument.Of(new SampleReport { Points = ["a", "b"] });
        Assert.All(document.All("th"), h => Assert.Contains((string?)h.Attribute("scope"), new[] { "col", "row" }));
        var levels = document.Root.Descendants()
            .Select(e => e.Name.LocalName).Where(n => Regex.IsMatch(n, "^h[1-6]$")).Select(n => n[1] - '0').ToList();
        Assert.Equal(1, levels[0]);
        Assert.Single(levels, 1);
        Assert.All(levels.Zip(levels.Skip(1)), p => Assert.True(p.Second <= p.First + 1, $"h{p.First} then h{p.Second}"));
    }

    [Fact]
    public void A_sample_is_written_where_the_environment_says()
    {
        if (Environment.GetEnvironmentVariable("COMPOSER_REPORT_SAMPLE") is not { Length: > 0 } folder)
        {
            return;
        }

        Directory.CreateDirectory(folder);
        for (var i = 0; i < OddReports.All.Count; i++)
        {
            File.WriteAllBytes(Path.Combine(folder, $"odd-{i}.html"), new HtmlReportRenderer().Render(OddReports.All[i].Build()));
        }

        var path = Path.Combine(folder, "report.html");
        File.WriteAllBytes(path, new HtmlReportRenderer().Render(new SampleReport().Build()));
        Assert.Contains("quickstart", File.ReadAllText(path, Encoding.UTF8));
    }
}
