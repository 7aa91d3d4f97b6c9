using System.Text;
using Composer.Pipeline.Comparison;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Scheduling;
using Composer.Pipeline.Stages;
using Composer.Store;
using Composer.Store.Records;

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
        var one = Run("seed = 1\nepochs = 5", ("same", Stage(1, 0.5)), ("lm-eval", Stage(5, 0.5)), ("gone", Stage(9, 0.1)));
        var two = Run("seed = 1\nepochs = 6", ("same", Stage(1, 0.5)), ("lm-eval", Stage(6, 0.75)), ("new", Stage(10, 0.1)));
        var comparison = RunComparison.Of(store, one, two);

        Assert.Equal(["- epochs = 5", "+ epochs = 6"], comparison.Manifest!.Select(l => $"{l.Mark} {l.Text}"));
        Assert.Equal(["same", "lm-eval", "gone", "new"], comparison.Stages.Select(s => s.Name));
        Assert.True(comparison.Stages[0].SameKey);
        Assert.Empty(comparison.Stages[0].Outputs);

        var changed = comparison.Stages[1];
        Assert.Equal([new PreimageDifference("epochs", "5", "6")], changed.Fields);
        Assert.Equal([LmEvalOutput.Name], changed.Outputs.Select(o => o.Name));
        Assert.Equal([new MetricComparison("arc accuracy", 0.5, 0.75)], changed.Metrics);
        Assert.Null(comparison.Stages[2].Newer);
        Assert.Null(comparison.Stages[3].Older);
        Assert.Equal([new MetricComparison("arc accuracy", null, 0.1)], comparison.Stages[3].Metrics);
    }

    [Fact]
    public void Stage_that_failed_is_compared_by_what_became_of_it()
    {
        var one = Run("a", ("lm-eval", Stage(5, 0.5)));
        var two = store.BeginRun("test", "", one.Manifest);
        store.EndRun(two.Id, 1, [new RunStage("lm-eval", StageKind.LmEval, null, StageStatus.Failed)]);
        var stage = Assert.Single(RunComparison.Of(store, one, two).Stages);
        Assert.Null(stage.Fields);
        Assert.Equal(StageStatus.Failed, stage.Newer!.Status);
    }

    private StageRecord Stage(int epochs, double accuracy)
    {
        var outcome = StageOutcome.Done().With(LmEvalOutput.Name, new LmEvalOutput
        {
            Shots = 0,
            Tasks = [new TaskResult { Task = "arc", Questions = 4, Accuracy = accuracy, AccuracyStandardError = 0.1, Chance = 0.25 }],
        });
        var preimage = Preimage.Of(StageKind.LmEval).Add("epochs", epochs).Build();
        var blob = store.Blobs.Add(outcome.Outputs[LmEvalOutput.Name].OpenRead());
        var record = new StageRecord(
            preimage.Key,
            StageKind.LmEval,
            "test/lm-eval",
            preimage.Fields,
            new SortedDictionary<string, Composer.Store.Blobs.BlobReference> { [LmEvalOutput.Name] = blob },
            new SortedDictionary<string, Composer.Store.Blobs.BlobReference>(),
            DateTimeOffset.UnixEpoch,
            1,
            "test");
        store.Publish([record]);
        return record;
    }

    private RunRecord Run(string manifest, params (string Name, StageRecord Record)[] stages)
    {
        var run = store.BeginRun("test", "", store.Blobs.Add(new MemoryStream(Encoding.UTF8.GetBytes(manifest))).Digest);
        store.EndRun(run.Id, 0, [.. stages.Select(s => new RunStage(s.Name, s.Record.Kind, s.Record.Key, StageStatus.Ran))]);
        return run;
    }
}
