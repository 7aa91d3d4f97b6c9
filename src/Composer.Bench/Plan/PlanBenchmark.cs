using System.Diagnostics;
using Composer.Core;
using Composer.Pipeline;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Planning;
using Composer.Pipeline.Scheduling;
using Composer.Pipeline.Stages;
using Composer.Store;
using Composer.Store.Blobs;
using Composer.Store.Records;
using static System.FormattableString;

namespace Composer.Bench.Plan;

/// <summary>How long the planner takes for a large graph of which nothing changed: the points of a great sweep.</summary>
internal static class PlanBenchmark
{
    /// <summary>Stages of a point, each reading the one before.</summary>
    private static readonly string[] Chain =
        [StageKind.Search, StageKind.Aggregate, StageKind.Extrapolate, StageKind.Pretrain, StageKind.LmEval];

    private const int Fields = 24;
    private const int Batch = 500;

    /// <summary>Publishes a result for every stage of a graph, then plans the graph as a new process would.</summary>
    /// <param name="folder">Of the store; an empty one.</param>
    /// <param name="stages">How many.</param>
    /// <param name="time">Stamps the records.</param>
    public static PlanBenchmarkResult Run(string folder, int stages, TimeProvider time)
    {
        using (var store = StageStore.Open(folder, time))
        {
            Fill(store, Graph(stages), time);
        }

        var (first, outputs) = Plan(folder, stages, time);
        var (second, _) = Plan(folder, stages, time);
        var (look, _) = Timed(() => LookAt(outputs));
        return new PlanBenchmarkResult(stages, first, second, look);
    }

    private static (PlanTime Time, IReadOnlyList<string> Outputs) Plan(string folder, int stages, TimeProvider time)
    {
        StageStore? opened = null;
        var (taken, plan) = Timed(() =>
        {
            opened = StageStore.Open(folder, time);
            return new Planner(opened, new MachineResources(1, 0, ["cpu"])).Plan(Graph(stages));
        });
        using var store = opened!;
        var missed = plan.Count(p => p.Status != PlanStatus.Hit);
        return missed == 0
            ? (taken, [.. plan.Select(p => store.PathOf(p.Hit!.Outputs[BenchmarkStage.Output].Digest))])
            : throw new InvalidOperationException(Invariant($"{missed} stages that were published are no hits."));
    }

    /// <summary>What a tool does that compares times of change: one look at each output.</summary>
    private static long LookAt(IReadOnlyList<string> paths)
    {
        long newest = 0;
        foreach (var path in paths)
        {
            newest = Math.Max(newest, File.GetLastWriteTimeUtc(path).Ticks);
        }

        return newest;
    }

    private static (PlanTime Time, T Result) Timed<T>(Func<T> action)
    {
        var (began, cpu) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var result = action();
        return (new PlanTime(Stopwatch.GetElapsedTime(began).TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds), result);
    }

    private static ExperimentGraph Graph(int stages)
    {
        var all = new List<Stage>(stages);
        for (var i = 0; i < stages; i++)
        {
            Stage[] inputs = i % Chain.Length == 0 ? [] : [all[i - 1]];
            var name = Invariant($"point={i / Chain.Length}/{Chain[i % Chain.Length]}");
            all.Add(new BenchmarkStage(name, Chain[i % Chain.Length], i, inputs));
        }

        return new ExperimentGraph("benchmark", null, 0, all);
    }

    private static void Fill(StageStore store, ExperimentGraph graph, TimeProvider time)
    {
        var results = new StageResults();

        // Level by level, so that every input is there.
        foreach (var level in graph.Stages.GroupBy(s => Array.IndexOf(Chain, s.Kind)).OrderBy(g => g.Key))
        {
            foreach (var part in level.Chunk(Batch))
            {
                var blobs = store.Blobs.AddAll([.. part.Select(s => (ReadOnlyMemory<byte>)PipelineJson.Write($"result of {s.Name}"))]);
                var records = part.Zip(blobs, (stage, blob) => StagePublication.Record(
                    stage.BuildPreimage(results, store),
                    stage.Kind,
                    Planner.LabelOf(graph.Experiment, stage),
                    new SortedDictionary<string, BlobReference>(StringComparer.Ordinal) { [BenchmarkStage.Output] = blob },
                    new SortedDictionary<string, BlobReference>(StringComparer.Ordinal),
                    time.GetUtcNow(),
                    1)).ToArray();
                store.Publish(records);
                part.Zip(records).ToList().ForEach(p => results.Add(p.First, new StageResult(p.Second, store)));
            }
        }
    }

    /// <summary>As many fields as a pre-training's key has, and an output that its summary is read from.</summary>
    private sealed class BenchmarkStage(string name, string kind, int number, IReadOnlyList<Stage> inputs) : Stage(name, kind, inputs)
    {
        public const string Output = "output.json";

        private static readonly string[] Paths =
            [.. Enumerable.Range(0, Fields).Select(i => Invariant($"section.field_{i:00}"))];
        private static readonly Digest Code = Digest.Of("code");

        public override string Description => Kind;

        public override Preimage BuildPreimage(IStageResults results, StageStore store)
        {
            var key = Preimage.Of(Kind).Add("code", Code).Add("seed", number);
            foreach (var path in Paths)
            {
                key.Add(path, 0.1);
            }

            foreach (var input in Inputs)
            {
                key.Add("input", results[input].Record.Output);
            }

            return key.Build();
        }

        public override Task<StageOutcome> ComputeAsync(StageExecution execution, CancellationToken cancellation) =>
            throw new NotSupportedException("Nothing is computed for a plan.");

        public override string Summarize(StageResult result) => result.Read<string>(Output);
    }
}

/// <summary>What planning took.</summary>
/// <param name="Stages">Stages of the graph, all of them hits.</param>
/// <param name="First">
/// The first plan of the process, which compiles the planner on the way: opening the store, keys, verdicts, summaries.
/// </param>
/// <param name="Second">The next one.</param>
/// <param name="Look">One look at the time of change of each output, as ninja's -n takes at least.</param>
internal sealed record PlanBenchmarkResult(int Stages, PlanTime First, PlanTime Second, PlanTime Look);

/// <summary>By the clock, and of the processor: where others work too, the second is the one to compare.</summary>
internal sealed record PlanTime(double Seconds, double CpuSeconds);
