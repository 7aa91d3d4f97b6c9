using System.Globalization;
using Composer.Cli.Tests.Workspaces;
using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

/// <summary><c>pretrain.repetitions</c> from end to end.</summary>
[Collection(ComputedExperiment.Collection)]
public class RepetitionTests(ComputedExperiment computed)
{
    private static readonly string[] Three = ["--set", "pretrain.repetitions=3"];

    [Fact]
    public void Only_the_trainings_that_are_new_run_and_all_of_them_are_compared_in_pairs()
    {
        using var workspace = computed.Workspace.Copy();

        var run = workspace.Run(Three).Expect(0);

        Assert.Equal(
            [
                "lm-eval/composite/1", "lm-eval/composite/2", "lm-eval/llama/1", "lm-eval/llama/2",
                "pretrain/composite/1", "pretrain/composite/2", "pretrain/llama/1", "pretrain/llama/2", "report",
            ],
            run.Stages("ran"));
        var losses = new[] { "composite", "llama" }.Select(m => Losses(workspace, m)).ToArray();
        Assert.All(losses, l => Assert.Equal(3, l.Distinct().Count()));
        var differences = losses[0].Zip(losses[1], (a, b) => a - b).ToArray();
        var mean = differences.Average();
        var half = 4.302652729911275 * Math.Sqrt(differences.Sum(d => (d - mean) * (d - mean)) / 2 / 3);
        var table = workspace.Call(["run", TinyExperiment.Name, .. Three]).Expect(0).Output;
        var difference = $"{(mean < 0 ? "−" : "[+]?")}{Text(Math.Abs(mean))} ± {Text(half)}";
        Assert.Matches($@"composite +3 +{Text(losses[0].Average())} ± [\d.]+ +{difference}  3 pairs: ", table);

        // Fewer are all there, and the page of the whole names every training.
        Assert.Equal(["report"], workspace.Run("--set", "pretrain.repetitions=2").Expect(0).Stages("ran"));
        var page = File.ReadAllText((string)run.Finished["report"]!);
        Assert.Contains("from stage pretrain/llama/1", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_further_training_is_traced_explained_and_ended_at_like_any_other()
    {
        using var workspace = computed.Workspace.Copy();
        var manifest = TinyExperiment.Manifest.Replace("validations = 2", "validations = 2\nrepetitions = 2", StringComparison.Ordinal);
        workspace.Write(TinyExperiment.Name, manifest);

        Assert.Equal(["pretrain/llama/1"], workspace.Run("--until", "pretrain/llama/1").Expect(0).Stages("ran"));
        var trace = workspace.Call("trace", "pretrain/llama/1.validation_loss", "--json").Expect(0).Json;
        var fields = trace["stages"]![0]!["fields"]!.AsArray().ToDictionary(f => (string)f!["path"]!, f => (string?)f!["origin"]);
        Assert.Equal($"{PlaceOf(manifest, "repetitions = 2")}", fields["seed"]![fields["seed"]!.IndexOf('(', StringComparison.Ordinal)..]);
        Assert.Equal(
            PlaceOf(manifest, "architecture = \"2x(1A+1M)\""),
            fields["input.architecture"]![fields["input.architecture"]!.IndexOf('(', StringComparison.Ordinal)..]);
        var why = workspace.Call("why", TinyExperiment.Name, "pretrain/llama/1").Expect(0).Output;
        Assert.Contains("pretrain/llama/1: hit", why, StringComparison.Ordinal);
    }

    /// <summary>Out of range, with a place and before anything runs.</summary>
    [Theory]
    [InlineData("0")]
    [InlineData("101")]
    public void A_number_out_of_range_is_a_mistake_with_its_place(string number)
    {
        using var workspace = new ExperimentWorkspace(
            TinyExperiment.Manifest.Replace("validations = 2", $"validations = 2\nrepetitions = {number}", StringComparison.Ordinal));
        var error = workspace.Call("manifest", "check", TinyExperiment.Name).Expect(2).Error;
        Assert.Contains("pretrain.repetitions", error, StringComparison.Ordinal);
        Assert.Contains("tiny.toml(", error, StringComparison.Ordinal);
    }

    private static double[] Losses(ExperimentWorkspace workspace, string model) =>
    [
        .. new[] { "", "/1", "/2" }.Select(
            n => workspace.Output($"pretrain/{model}{n}", "pretrain.json")["validation_loss"]!.GetValue<double>()),
    ];

    private static string Text(double value) =>
        value.ToString("0.000", CultureInfo.InvariantCulture).Replace(".", @"\.", StringComparison.Ordinal);

    private static string PlaceOf(string manifest, string line)
    {
        var lines = manifest.Split('\n');
        var at = Array.FindIndex(lines, l => l.StartsWith(line, StringComparison.Ordinal));
        return $"({at + 1},{line.IndexOf('=', StringComparison.Ordinal) + 3})";
    }
}
