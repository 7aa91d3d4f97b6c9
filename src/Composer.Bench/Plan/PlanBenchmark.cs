using System.Diagnostics;
using Composer.Core;
using Composer.Core.Json;
using Composer.Core.Settings;
using Composer.Pipeline;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Planning;
using Composer.Pipeline.Results;
using Composer.Store;
using Composer.Store.Blobs;
using Composer.Store.Records;
using static System.FormattableString;

namespace Composer.Bench.Plan;

/// <summary>How long the planner takes for a large graph of which nothing changed: the points of a great sweep.</summary>
internal static class PlanBenchmark
{
    private const int Fields = 24;
    private const int Batch = 500;

    /// <summary>Of the stages of a point, each reading the one before.</summary>
    private static readonly JobKinds Kinds = new(
        [.. new[] { "search", "aggregate", "extrapolate", "pretrain", "lm-eval" }.Select(name => new BenchmarkKind(name))]);

    private static readonly ValueMap<double> Section =
        new(Enumerable.Range(0, Fields).Select(i => KeyValuePair.Create(Invariant($"field_{i:00}"), 0.1)));

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
            return new Planner(opened, new Workspace(folder), new Everything()).Plan(Graph(stages));
        });
        using var store = opened!;
        var missed = plan.Count(p => p.Status != PlanStatus.Hit);
        return missed == 0
            ? (taken, [.. plan.Select(p => store.PathOf(p.Hit!.Outputs[BenchmarkKind.Output].Digest))])
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

    private static StageGraph Graph(int stages)
    {
        var all = new List<Stage>(stages);
        for (var i = 0; i < stages; i++)
        {
            var number = i;
            Stage[] inputs = i % Kinds.Names.Count == 0 ? [] : [all[i - 1]];
            var kind = Kinds.All[i % Kinds.All.Count];
            all.Add(new Stage(Invariant($"point={i / Kinds.Names.Count}/{kind}"), kind, inputs, (results, _) => new BenchmarkInputs
            {
                Seed = number,
                Section = Section,
                Input = inputs.Length == 0 ? null : results[inputs[0]].Record.Output,
            })
            {
                Description = kind.Name,
            });
        }

        return new StageGraph("benchmark", null, 0, Kinds, all);
    }

    private static void Fill(StageStore store, StageGraph graph, TimeProvider time)
    {
        var (results, files) = (new FilledResults(), new PlannedFiles(store));

        // Level by level, so that every input is there.
        foreach (var level in graph.Stages.GroupBy(s => Kinds.OrderOf(s.Kind.Name)).OrderBy(g => g.Key))
        {
            foreach (var part in level.Chunk(Batch))
            {
                var blobs = store.Blobs.AddAll([.. part.Select(s => (ReadOnlyMemory<byte>)ComposerJson.Write($"result of {s.Name}"))]);
                var records =
                    part.Zip(blobs, (stage, blob) => (stage, blob, stage.Resolve(results, store, files).Preimage)).Select(s => new StageRecord(
                    s.Preimage.Key,
                    s.stage.Kind.Name,
                    graph.LabelOf(s.stage),
                    s.Preimage.Fields,
                    new SortedDictionary<string, BlobReference>(StringComparer.Ordinal) { [BenchmarkKind.Output] = s.blob },
                    new SortedDictionary<string, BlobReference>(StringComparer.Ordinal),
                    time.GetUtcNow(),
                    1,
                    "benchmark")).ToArray();
                store.Publish(records);
                part.Zip(records).ToList().ForEach(p => results[p.First] = new StageResult(p.Second, store));
            }
        }
    }

    private sealed class FilledResults : Dictionary<Stage, StageResult>, IStageResults
    {
        public bool Has(Stage stage) => ContainsKey(stage);
    }

    private sealed class Everything : IResources
    {
        public IReadOnlyList<MachineLack> WhatLacks(StageNeeds needs) => [];
    }

    /// <summary>As many fields as a pre-training's key has.</summary>
    private sealed record BenchmarkInputs
    {
        public required int Seed { get; init; }

        public required ValueMap<double> Section { get; init; }

        public Digest? Input { get; init; }
    }

    /// <summary>With an output that its summary is read from.</summary>
    private sealed class BenchmarkKind(string name) : JobKind<BenchmarkInputs>
    {
        public const string Output = "output.json";

        private static readonly JobCode Code = new(Digest.Of("code"));

        public override string Name => name;

        public override string Summarize(StageResult result) => result.Read<string>(Output);

        protected override JobCode CodeOf(BenchmarkInputs inputs) => Code;

        protected override Task<JobOutcome> ComputeAsync(BenchmarkInputs inputs, JobTools tools, CancellationToken cancellation) =>
            throw new NotSupportedException("Nothing is computed for a plan.");
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
