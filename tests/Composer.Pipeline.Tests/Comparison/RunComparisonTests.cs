using Composer.Pipeline.Comparison;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Jobs;
using Composer.Store;
using Composer.Store.Records;
using System.Text;

namespace Composer.Pipeline.Tests.Comparison;

public sealed class RunComparisonTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly StageStore store;

    public RunComparisonTests() => store = StageStore.Open(folder["store"], TimeProvider.System);

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Runs_differ_in_manifest_fields_outputs_and_metrics()
    {
        var one = Run("seed = 1\nepochs = 5", ("same", Stage(1, "five!")), ("lm-eval", Stage(5, "five!")), ("gone", Stage(9, "1")));
        var two = Run("seed = 1\nepochs = 6", ("same", Stage(1, "five!")), ("lm-eval", Stage(6, "seven..")), ("new", Stage(10, "1")));
        var comparison = RunComparison.Of(store, FakeKind.All, one, two);

        Assert.Equal(["- epochs = 5", "+ epochs = 6"], comparison.Manifest!.Select(l => $"{l.Mark} {l.Text}"));
        Assert.Equal(["same", "lm-eval", "gone", "new"], comparison.Stages.Select(s => s.Name));
        Assert.True(comparison.Stages[0].SameKey);
        Assert.Empty(comparison.Stages[0].Outputs);

        var changed = comparison.Stages[1];
        Assert.Equal([new PreimageDifference("epochs", "5", "6")], changed.Fields);
        Assert.Equal(["output"], changed.Outputs.Select(o => o.Name));
        Assert.Equal([new MetricComparison("length", 5, 7)], changed.Metrics);
        Assert.Null(comparison.Stages[2].Newer);
        Assert.Null(comparison.Stages[3].Older);
        Assert.Equal([new MetricComparison("length", null, 1)], comparison.Stages[3].Metrics);
    }

    [Fact]
    public void Stage_that_failed_is_compared_by_what_became_of_it()
    {
        var one = Run("a", ("lm-eval", Stage(5, "five!")));
        var two = store.BeginRun("test", "", one.Manifest);
        store.EndRun(two.Id, 1, [new RunStage("lm-eval", "lm-eval", null, StageStatus.Failed)]);
        var stage = Assert.Single(RunComparison.Of(store, FakeKind.All, one, two).Stages);
        Assert.Null(stage.Fields);
        Assert.Equal(StageStatus.Failed, stage.Newer!.Status);
    }

    private StageRecord Stage(int epochs, string output)
    {
        var preimage = Preimage.Of("lm-eval", [new("epochs", 'n', $"{epochs}")]);
        return store.PublishFake(new KeyedJob(new FakeInputs { Value = "" }, preimage), "lm-eval", output);
    }

    private RunRecord Run(string manifest, params (string Name, StageRecord Record)[] stages)
    {
        var run = store.BeginRun("test", "", store.Blobs.Add(new MemoryStream(Encoding.UTF8.GetBytes(manifest))).Digest);
        store.EndRun(run.Id, 0, [.. stages.Select(s => new RunStage(s.Name, s.Record.Kind, s.Record.Key, StageStatus.Ran))]);
        return run;
    }
}
