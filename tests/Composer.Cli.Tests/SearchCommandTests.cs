using System.Globalization;
using System.Text.Json.Nodes;
using Composer.Cli.Tests.Workspaces;

namespace Composer.Cli.Tests;

/// <summary><c>composer search export</c> and <c>compare</c> on what a run left.</summary>
[Collection(ComputedExperiment.Collection)]
public class SearchCommandTests(ComputedExperiment computed)
{
    [Fact]
    public void Export_prints_each_trial_with_the_score_that_the_store_has()
    {
        var workspace = computed.Workspace;
        var digest = (string)workspace.Records("search").Single()["outputs"]!["trials.json"]!["digest"]!;
        var stored = JsonNode.Parse(File.ReadAllBytes(workspace.BlobPath(digest)))!["trials"]!.AsArray()
            .Select(t => ((string)t!["layers"]!, t["score"]!.GetValue<double>())).ToArray();

        var rows = workspace.Call("search", "export", "tiny")
            .Expect(0).Output.TrimEnd().Split('\n').Select(r => r.TrimEnd('\r').Split(',')).ToArray();
        var json = workspace.Call("search", "export", "tiny", "--json").Expect(0).Json["searches"]![0]!;

        Assert.Equal(["number", "layers", "notation", "status", "score"], rows[0].Take(5));
        Assert.Equal("in-context-recall", rows[0][9]);
        Assert.Equal(4, stored.Length);
        Assert.Equal(stored, rows.Skip(1).Select(r => (r[1], double.Parse(r[4], CultureInfo.InvariantCulture))));
        Assert.All(rows.Skip(1), r => Assert.Equal("complete", r[3]));
        Assert.Equal(stored.Select(s => s.Item1), json["output"]!["trials"]!.AsArray().Select(t => (string)t!["layers"]!));
    }

    [Fact]
    public void Compare_holds_each_way_of_a_search_against_the_searches_of_other_seeds()
    {
        using var workspace = computed.Workspace.Copy();
        var missing = workspace.Call("search", "compare", "tiny", "--seeds", "17,18").Expect(2);
        Assert.Contains("composer run tiny --set seed=18 --until search", missing.Error, StringComparison.Ordinal);

        workspace.Run("--until", "search", "--set", "seed=18").Expect(0);
        var compared = workspace.Call("search", "compare", "tiny", "--seeds", "17,18", "--json").Expect(0).Json;

        var comparison = compared["comparisons"]!.AsArray().Single()!;
        Assert.Equal(("search", 2), ((string)comparison["stages"]!.AsArray().Single()!, comparison["searches"]!.GetValue<int>()));
        var ways = comparison["ways"]!.AsArray();
        Assert.Equal(10, ways.Count);
        Assert.All(ways, w => Assert.Equal(2, w!["orders"]!.AsArray().Count));
        Assert.All(ways.Take(5), w => Assert.True(w!["mean_held_out_regret"]!.GetValue<double>() >= 0));

        // The only other seed confirms, and none is left to hold out.
        Assert.Equal("other seeds", (string)comparison["confirmed_by"]!);
        Assert.All(ways.Skip(5), w => Assert.EndsWith(" confirmed", (string)w!["way"]!, StringComparison.Ordinal));
        Assert.All(ways.Skip(5), w => Assert.Null(w!["mean_held_out_regret"]));
        Assert.Contains(
            "held out", workspace.Call("search", "compare", "tiny", "--seeds", "17,18").Expect(0).Output, StringComparison.Ordinal);
    }

    /// <summary>Searches of a sweep are compared by what they are, and those of variants apart from each other.</summary>
    [Fact]
    public void Compare_takes_the_seeds_of_a_sweep_together_and_its_variants_apart()
    {
        using var workspace = computed.Workspace.Copy();
        File.AppendAllText(
            workspace.Manifest,
            """

            [[variant]]
            name = "accuracy"
            "evaluate.objective" = "accuracy"

            [[variant]]
            name = "best"
            "aggregate.method" = "p100"
            """);
        string[] settings = ["--set", "sweep.seed=[17, 18]"];
        workspace.Run(["--until", "search", .. settings]).Expect(0);
        var id = (string)workspace.Call("runs", "--json").Expect(0).Json["runs"]![0]!["id"]!;
        var compared = workspace.Call(["search", "compare", "tiny", "--json", .. settings]).Expect(0).Json["comparisons"]!.AsArray();
        Assert.Equal(
            [("search search/best", 2), ("search/accuracy", 2)],
            compared.Select(c => (string.Join(' ', c!["stages"]!.AsArray()), c["searches"]!.GetValue<int>())));

        // The same by the run's id, which needs no key to be the present code's.
        var ofRun = workspace.Call(["search", "compare", "tiny", "--json", "--run", id, .. settings]).Expect(0).Json;
        Assert.Equal(compared.ToJsonString(), ofRun["comparisons"]!.ToJsonString());
        Assert.Contains("--set", workspace.Call("search", "compare", "tiny", "--run", id).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains(
            "--seeds", workspace.Call("search", "compare", "tiny", "--run", id, "--seeds", "17").Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_seed_that_is_none_is_refused_with_a_remedy() =>
        Assert.Contains(
            "Write --seeds 17,18,19.",
            computed.Workspace.Call("search", "compare", "tiny", "--seeds", "17,x").Expect(2).Error,
            StringComparison.Ordinal);
}
