using System.Text;
using System.Xml.Linq;
using Composer.Core;
using Composer.Manifests;
using Composer.Pipeline;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Progress;
using Composer.Reporting.Live;
using Composer.Stages.Experiment;
using Composer.Stages.Report;
using Composer.Store;
using Microsoft.Extensions.Time.Testing;

namespace Composer.Reporting.Tests.Live;

/// <summary>The page of a run that goes on, by a clock that the tests move.</summary>
public sealed class LiveReportTests : IDisposable
{
    private const string Manifest = """
        schema = 1
        name = "small"

        [search]
        layers = 2
        model = { dim = 8, heads = 2, kv_heads = 2, hidden = 8 }

        [extrapolate]
        size = "2K"
        model = { dim = 8, heads = 2, kv_heads = 2, hidden = 8 }

        [pretrain]
        tokens = 4096

        [[baseline]]
        name = "llama"
        architecture = "2x(1A+1M)"

        """;

    private const string Refresh = "http-equiv=\"refresh\"";

    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));
    private readonly List<string> pages = [];
    private readonly StageStore store;
    private readonly LiveReport live;

    public LiveReportTests()
    {
        store = StageStore.Open(folder["store"], time);
        var experiment = ManifestLoader.Parse(Encoding.UTF8.GetBytes(Manifest), "small.toml", null, []);
        var graph = ExperimentGraphs.Build(experiment, new Workspace(folder.Path), ExperimentKinds.With(new HtmlReportRenderer()));
        live = new LiveReport(new ReportPreview(graph, store), page => pages.Add(Encoding.UTF8.GetString(page)), time);
        live.On(new RunStarted(time.GetUtcNow(), "run-1", "small", null, 9));
    }

    public void Dispose()
    {
        live.Dispose();
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Nothing_is_written_where_nothing_computes()
    {
        live.On(new StageFinished(time.GetUtcNow(), "search", "search", StageStatus.Hit, Digest.Of("k"), 0, "64 trials"));
        time.Advance(TimeSpan.FromMinutes(5));
        live.On(Finished("/reports/small/index.html", ExitCode.Done));
        Assert.Empty(pages);
    }

    [Fact]
    public void A_page_comes_with_the_first_stage_and_again_every_half_minute_and_at_every_end()
    {
        Start("search");
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("computes", Row("search"), StringComparison.Ordinal);
        time.Advance(TimeSpan.FromSeconds(28));
        Assert.Single(pages);
        Progress("search", .25, "16 of 64 trials");
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, pages.Count);
        Assert.Contains("25 %. 16 of 64 trials", Row("search"), StringComparison.Ordinal);

        live.On(new StageFinished(time.GetUtcNow(), "search", "search", StageStatus.Failed, null, 31, "no memory <was left>"));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(3, pages.Count);
        Assert.Contains("failed", Row("search"), StringComparison.Ordinal);
        Assert.Contains("no memory <was left>", Row("search"), StringComparison.Ordinal);
        Assert.All(pages, p => Assert.Contains(Refresh, p, StringComparison.Ordinal));
    }

    [Fact]
    public void A_stage_that_waits_for_a_core_is_queued()
    {
        Start("tokenize");
        Progress("tokenize", null, "waits for a core");
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Contains("queued", Row("tokenize"), StringComparison.Ordinal);
        Progress("tokenize", .5, "half");
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Contains("computes", Row("tokenize"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_says_when_it_was_written_so_that_a_killed_run_s_can_tell()
    {
        Start("search");
        time.Advance(TimeSpan.FromSeconds(1));
        var stale = Document().Descendants().Single(e => (string?)e.Attribute("id") == "stale");
        Assert.Equal("2026-03-04T05:06:08Z", (string?)stale.Attribute("data-written"));
        Assert.True(int.Parse((string)stale.Attribute("data-most")!) > 2 * LiveReport.Longest.TotalSeconds);
        Assert.NotNull(stale.Attribute("hidden"));
        Assert.Contains("getElementById('stale')", pages[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Once_stopped_nothing_is_written_and_a_run_with_a_report_leaves_it_alone()
    {
        Start("search");
        time.Advance(TimeSpan.FromSeconds(1));
        live.Stop();
        Start("tokenize");
        time.Advance(TimeSpan.FromMinutes(3));
        live.On(Finished("/reports/small/index.html", ExitCode.Done));
        Assert.Single(pages);
    }

    [Theory]
    [InlineData(ExitCode.Cancelled, "it was stopped; the same command goes on from here")]
    [InlineData(ExitCode.StageFailed, "it failed (search); the same command computes what is missing")]
    public void A_run_without_a_report_leaves_a_page_that_goes_on_no_more(int exitCode, string expected)
    {
        Start("search");
        time.Advance(TimeSpan.FromSeconds(1));
        live.Stop();
        live.On(Finished(null, exitCode));
        Assert.Equal(2, pages.Count);
        Assert.Contains(expected, pages[^1], StringComparison.Ordinal);
        Assert.Contains("This run has ended", pages[^1], StringComparison.Ordinal);
        Assert.DoesNotContain(Refresh, pages[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"stale\"", pages[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_report_itself_neither_refreshes_nor_watches_the_clock()
    {
        var report = ReportDocument.Of(new SampleReport()).Source;
        Assert.DoesNotContain(Refresh, report, StringComparison.Ordinal);
        Assert.DoesNotContain("stale", report, StringComparison.Ordinal);
    }

    private void Start(string stage) => live.On(new StageStarted(time.GetUtcNow(), stage, stage, Digest.Of(stage), ["never ran"]));

    private void Progress(string stage, double? fraction, string detail) =>
        live.On(new StageProgressed(time.GetUtcNow(), stage, new StageProgress(fraction, detail)));

    private RunFinished Finished(string? report, int exitCode) =>
        new(time.GetUtcNow(), "run-1", 0, 0, 1, 0, 0, report, exitCode, 3) { FailedStages = ["search"] };

    private XDocument Document() => XDocument.Parse(pages[^1]);

    private string Row(string stage) => Document().Descendants()
        .First(e => e.Name.LocalName == "tr" && e.Elements().First().Value == stage).Value;
}
