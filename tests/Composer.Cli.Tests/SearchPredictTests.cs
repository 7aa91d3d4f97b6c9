using System.Text.Json.Nodes;
using Composer.Cli.Tests.Workspaces;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

/// <summary><c>composer search predict</c> on what runs left: the searched scores against text and against pre-trained models.</summary>
[Collection(ComputedExperiment.Collection)]
public class SearchPredictTests(ComputedExperiment computed)
{
    [Fact]
    public void Scores_of_a_search_are_held_against_another_search_of_the_same_orders()
    {
        using var workspace = computed.Workspace.Copy();
        workspace.Write(
            "truth", Named("truth").Replace("[\"in-context-recall\"]", "[\"text\"]\nrepetitions = 2", StringComparison.Ordinal));
        string[] text = ["evaluate.text.documents=12", "evaluate.text.validation_documents=4", "evaluate.text.length=32"];
        workspace.Call(["run", "truth", "--until", "search", .. Given("--set", text)]).Expect(0);
        string[] call = ["search", "predict", "tiny", "--truth", "truth", .. Given("--truth-set", text)];
        var file = Path.Combine(workspace.Root, "predicted.csv");
        var prediction = workspace.Call([.. call, "--json", "--csv", file]).Expect(0).Json["predictions"]!.AsArray().Single()!;
        var (found, truth) = (Scores(workspace, "tiny"), Scores(workspace, "truth", [.. Given("--set", text)]));

        Assert.Equal(found.Keys.Order(StringComparer.Ordinal), prediction["orders"]!.AsArray().Select(o => (string)o!));
        var about = prediction["truth"]!;
        Assert.Equal(("search", "nats", 2), ((string)about["stage"]!, (string)about["unit"]!, about["repetitions"]!.GetValue<int>()));
        var own = prediction["predictors"]![0]!;
        Assert.Equal(Spearman(found, truth), own["spearman"]!["value"]!.GetValue<double>(), 9);
        var best = found.MinBy(f => f.Value).Key;
        Assert.Equal(best, (string)own["best"]!);
        Assert.Equal(truth[best] - truth.Values.Min(), own["regret_of_best"]!["value"]!.GetValue<double>(), 9);
        Assert.Equal(
            ["loss", "accuracy"],
            prediction["predictors"]!.AsArray().Skip(1).Select(p => (string)p!["objective"]!).Distinct());
        Assert.Equal(1 + prediction["predictors"]!.AsArray().Count, File.ReadLines(file).Count());

        var table = workspace.Call(call).Expect(0).Output;
        Assert.All(table.Split('\n'), line => Assert.InRange(line.TrimEnd('\r').Length, 0, 80));
        Assert.Contains("the search's own score", table, StringComparison.Ordinal);
        Assert.Contains("both have seed 17", table, StringComparison.Ordinal);
    }

    [Fact]
    public void Pre_trained_models_are_the_truth_of_the_orders_that_scale_to_them()
    {
        using var workspace = computed.Workspace.Copy();
        string[] models = ["8A", "5x(1A+1M)", "5x(1M+1A)", "11M"];
        var manifest = Named("scaled");
        foreach (var (model, i) in models.Select((m, i) => (m, i)))
        {
            manifest += $"\n[[baseline]]\nname = \"model-{i}\"\narchitecture = \"{model}\"\n";
        }

        workspace.Write("scaled", manifest);
        string[] settings = ["pretrain.tokens=512", "pretrain.repetitions=2"];
        workspace.Call(["run", "scaled", "--until", "pretrain", .. Given("--set", settings)]).Expect(0);
        var losses = Directory.EnumerateFiles(Path.Combine(workspace.Store, "records"), "*.json", SearchOption.AllDirectories)
            .Select(f => (string?)JsonNode.Parse(File.ReadAllBytes(f))!["outputs"]!["pretrain.json"]?["digest"]).OfType<string>()
            .Select(digest => JsonNode.Parse(File.ReadAllBytes(workspace.BlobPath(digest)))!)
            .Where(p => p["tokens"]!.GetValue<long>() == 512)
            .GroupBy(p => (string)p["architecture"]!, p => p["validation_loss"]!.GetValue<double>())
            .ToDictionary(g => g.Key, g => g.ToArray());
        var truth = new[] { ("AA", "AAAAAAAA"), ("AM", "AMAMAMAMAM"), ("MA", "MAMAMAMAMA"), ("MM", "MMMMMMMMMMM") }
            .ToDictionary(t => t.Item1, t => losses[t.Item2].Average());
        Assert.All(losses.Where(l => l.Key.Length > 4), l => Assert.Equal(2, l.Value.Length));

        var prediction = workspace.Call(
            ["search", "predict", "tiny", "--truth", "scaled", .. Given("--truth-set", settings), "--truth-models", "--json"])
            .Expect(0).Json["predictions"]!.AsArray().Single()!;
        Assert.Equal(2, prediction["truth"]!["repetitions"]!.GetValue<int>());
        Assert.Equal(truth.Keys, prediction["orders"]!.AsArray().Select(o => (string)o!));
        var found = Scores(workspace, "tiny");
        Assert.Equal(Spearman(found, truth), prediction["predictors"]![0]!["spearman"]!["value"]!.GetValue<double>(), 9);

        // The same truth says what each aggregation's order is worth.
        var compared = workspace.Call(
            ["search", "compare", "tiny", "--truth", "scaled", .. Given("--truth-set", settings), "--truth-models", "--json"])
            .Expect(0).Json["comparisons"]!.AsArray().Single()!;
        var best = compared["ways"]!.AsArray().Single(w => (string)w!["way"]! == "p100")!;
        Assert.Equal(
            truth[found.MinBy(s => s.Value).Key] - truth.Values.Min(), best["on_truth"]!["mean"]!.GetValue<double>(), 9);
        Assert.Equal(truth.Values.Average() - truth.Values.Min(), compared["random_truth_regret"]!.GetValue<double>(), 9);

        // Two searched orders have a model in the tiny experiment: too few to be ranked.
        Assert.Contains(
            "orders in common", workspace.Call("search", "predict", "tiny", "--truth-models").Expect(2).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("There is no truth to predict")]
    [InlineData("no truth 'search/text'. There are search.", "--truth-stage", "search/text")]
    [InlineData("The only search is the truth itself", "--truth", "tiny")]
    [InlineData("There is no experiment 'nothing'", "--truth", "nothing")]
    [InlineData("--csv 'nowhere/there.csv' cannot be written", "--truth", "nothing", "--csv", "nowhere/there.csv")]
    [InlineData("--csv '.' cannot be written", "--truth", "nothing", "--csv", ".")]
    public void What_cannot_be_predicted_is_refused_with_a_remedy(string message, params string[] more)
    {
        var error = computed.Workspace.Call(["search", "predict", "tiny", .. more]).Expect(2).Error;
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Contains("error CMP10", error, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Given(string option, IEnumerable<string> settings) => settings.SelectMany(s => new[] { option, s });

    private static string Named(string name) =>
        TinyExperiment.Manifest.Replace("name = \"tiny\"", $"name = \"{name}\"", StringComparison.Ordinal);

    private static Dictionary<string, double> Scores(ExperimentWorkspace workspace, string experiment, params string[] more) =>
        workspace.Call(["search", "export", experiment, "--json", .. more]).Expect(0).Json["searches"]![0]!["output"]!["trials"]!.AsArray()
            .ToDictionary(t => (string)t!["layers"]!, t => t!["score"]!.GetValue<double>());

    /// <summary>1 − 6Σd²/(n³ − n), of scores without ties.</summary>
    private static double Spearman(Dictionary<string, double> x, Dictionary<string, double> y)
    {
        var differences = x.Keys.Sum(order => Math.Pow(Rank(x, order) - Rank(y, order), 2));
        return 1 - (6 * differences / (Math.Pow(x.Count, 3) - x.Count));
    }

    private static int Rank(Dictionary<string, double> scores, string order) => scores.Values.Count(s => s < scores[order]);
}
