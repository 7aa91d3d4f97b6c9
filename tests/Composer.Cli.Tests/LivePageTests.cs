using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

/// <summary>The page at <c>artifacts/reports/NAME</c> while a run goes on, after it was killed or stopped, and at its end.</summary>
public sealed class LivePageTests : IDisposable
{
    private const string Refresh = "http-equiv=\"refresh\"";
    private const string Watch = "id=\"stale\"";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ExperimentWorkspace workspace = new();

    public void Dispose() => workspace.Dispose();

    private string Page => Path.Combine(workspace.Root, "artifacts", "reports", TinyExperiment.Name, "index.html");

    [Fact]
    public void A_page_shows_a_run_that_goes_on_outlives_its_death_and_gives_way_to_the_report()
    {
        UntilItTrains("KILL");
        Assert.Contains(Refresh, File.ReadAllText(Page), StringComparison.Ordinal);
        Assert.Contains(Watch, File.ReadAllText(Page), StringComparison.Ordinal);

        UntilItTrains("TERM");
        var stopped = File.ReadAllText(Page);
        Assert.Contains("This run has ended", stopped, StringComparison.Ordinal);
        Assert.Contains("it was stopped; the same command goes on from here", stopped, StringComparison.Ordinal);
        Assert.DoesNotContain(Refresh, stopped, StringComparison.Ordinal);

        workspace.Run().Expect(0);
        var report = File.ReadAllText(Page);
        Assert.DoesNotContain(Refresh, report, StringComparison.Ordinal);
        Assert.DoesNotContain("This run", report, StringComparison.Ordinal);
        Assert.DoesNotContain(Watch, report, StringComparison.Ordinal);
        Assert.Equal([Page], Directory.EnumerateFiles(Path.GetDirectoryName(Page)!));
    }

    /// <summary>Runs until a page shows that a model is trained, and what was found before.</summary>
    private void UntilItTrains(string signal)
    {
        using var run = workspace.StartRun([.. TinyExperiment.Longer, "--set", "pretrain.tokens=200000000"]);
        Assert.True(run.WaitFor(e => (string?)e["event"] == "stage-progress" && (string?)e["stage"] == "pretrain/composite"));
        Assert.True(
            SpinWait.SpinUntil(() => File.Exists(Page) && File.ReadAllText(Page).Contains("Best candidates", StringComparison.Ordinal), Patience),
            "No page shows the search that is done.");
        run.Signal(signal);
        Assert.NotEqual(0, run.WaitForEnd().ExitCode);
        Assert.True(run.WaitForAgents(Patience) < Patience);
    }
}
