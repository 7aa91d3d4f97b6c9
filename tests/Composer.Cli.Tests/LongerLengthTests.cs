using Composer.Testing.Workspaces;

namespace Composer.Cli.Tests;

/// <summary>Candidates and models tested beyond the length of their training, by the executable.</summary>
public sealed class LongerLengthTests : IDisposable
{
    private static readonly string[] Set =
        ["--set", "evaluate.length_multiples=[2, 4]", "--set", "lm-eval.length_multiples=[2, 4]", "--set", "aggregate.confirm=false"];

    private readonly ExperimentWorkspace workspace = new(TinyExperiment.Manifest);

    public void Dispose() => workspace.Dispose();

    [Fact]
    public void Longer_tests_run_no_pre_training_again_and_stand_in_the_report()
    {
        workspace.Run(["--set", "aggregate.confirm=false"]).Expect(0);

        // The candidates are trained anew, since a trained one is not kept, and aggregated to the same order; of the models the scores alone.
        var ran = workspace.Run(Set).Expect(0).Stages("ran");
        Assert.Equal(["aggregate", "lm-eval/composite", "lm-eval/llama", "report", "search"], ran.Order(StringComparer.Ordinal));
        Assert.Equal([], workspace.Run(Set).Expect(0).Stages("ran"));

        var trials = workspace.Output("search", "trials.json")["trials"]!.AsArray();
        Assert.All(trials, trial => Assert.Equal(
            [15, 31, 63], trial!["tasks"]![0]!["lengths"]!.AsArray().Select(l => (int)l!["length"]!)));
        var lengths = workspace.Output("lm-eval/llama", "lm-eval.json")["lengths"]!;
        Assert.Equal(32, (int)lengths["trained"]!);
        Assert.Equal([32, 64, 128], lengths["windows"]!.AsArray().Select(w => (int)w!["length"]!));
        Assert.Equal(128, (int)lengths["positions"]!.AsArray()[^1]!["end"]!);

        var report = File.ReadAllText(Path.Combine(workspace.Root, "artifacts/reports/tiny/index.html"));
        Assert.Contains("Loss by position", report, StringComparison.Ordinal);
        Assert.Contains("At other lengths", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Held_out_text_shorter_than_a_window_is_told_before_anything_is_trained()
    {
        var run = workspace.Run([.. Set, "--set", "lm-eval.length_multiples=[64]", "--set", "pretrain.validation_documents=1"]).Expect(1);
        Assert.Contains("less than one window of 2048", run.Output, StringComparison.Ordinal);
        Assert.Equal(["pretrain/composite", "pretrain/llama"], run.Stages("failed").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Multiple_that_a_task_cannot_have_is_told_by_the_manifest()
    {
        string[] wrong =
        [
            "--set", "evaluate.tasks=[\"sort\"]", "--set", "evaluate.task.sort={ vocabulary = 20, length = 16 }",
            "--set", "evaluate.length_multiples=[2, 4]",
        ];
        Assert.Contains(
            "sort cannot be tested at 4 times its length: vocabulary (20) must be at least 33",
            workspace.Call(["manifest", "check", TinyExperiment.Name, .. wrong]).Expect(2).Error,
            StringComparison.Ordinal);
    }
}
