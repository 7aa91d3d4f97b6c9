using System.Text;
using Composer.Core;
using Composer.Manifests;
using Composer.Pipeline;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Planning;
using Composer.Pipeline.Scheduling;
using Composer.Stages.Experiment;
using Composer.Stages.Extrapolate;
using Composer.Store;

namespace Composer.Stages.Tests.Toy;

/// <summary>A stage that no product source knows, behind the product's own, goes wherever the others go.</summary>
public sealed class WeighTests : IDisposable
{
    private const string Manifest =
        """
        schema = 1
        name = "weighed"
        seed = 17

        [search]
        strategy = "exhaustive"
        layers = 2
        primitives = ["A", "M"]
        model = { dim = 16, heads = 2, kv_heads = 2, hidden = 16 }

        [evaluate]
        tasks = ["memorization"]
        samples = 8
        test_samples = 8
        epochs = 1
        batch = 8
        learning_rates = [1e-3]
        weight_decays = [0.0]

        [extrapolate]
        method = "stack"
        size = "20K"
        model = { dim = 16, heads = 2, kv_heads = 2, hidden = 16 }

        [pretrain]
        tokens = 1_000
        """;

    private static readonly JobKinds Kinds = new(
    [
        .. ExperimentKinds.With(new NoRenderer()).All
            .SelectMany(kind => kind == ExtrapolateStage.Kind ? [kind, WeighStage.Kind] : new[] { kind }),
    ]);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Adding_a_stage_is_these_files() => Assert.Equal(
        ["WeighAgents.cs", "WeighComputation.cs", "WeighInputs.cs", "WeighOutput.cs", "WeighStage.cs", "WeighTests.cs"],
        Directory.EnumerateFiles(Path.Join(CloneRoot.Path, "tests/Composer.Stages.Tests/Toy"))
            .Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Fact]
    public async Task It_is_planned_run_hit_and_explained()
    {
        var workspace = new Workspace(folder.Path);
        using var store = StageStore.Open(workspace.Store, TimeProvider.System);
        var planner = new Planner(store, workspace, new Everything());
        Assert.Equal("its input changes: extrapolate", Assert.Single(planner.Plan(Graph(16))[^1].Reasons));

        var computed = WeighComputation.Count;
        var first = await RunAsync(Graph(16));
        Assert.Equal((ExitCode.Done, 4, 0), (first.ExitCode, first.Count(StageStatus.Ran), first.Count(StageStatus.Hit)));
        var (stage, result) = first.Results.Single(r => r.Key.Kind == WeighStage.Kind);
        var extrapolated = first.Results.Single(r => r.Key.Kind == ExtrapolateStage.Kind).Value
            .Read<ArchitectureOutput>(ArchitectureOutput.Name);
        Assert.Equal(extrapolated.LayerParameters * 2, result.Read<WeighOutput>(WeighOutput.Name).Bytes);
        Assert.Equal(extrapolated.LayerParameters * 2, stage.Kind.MetricsOf(result)["bytes"]);
        Assert.Equal("weighed/weigh", result.Record.Label);
        Assert.Contains("weigh.bits 16", result.Record.Preimage.Select(field => $"{field.Path} {field.Value}"));

        var hit = planner.Plan(Graph(16))[^1];
        Assert.Equal((PlanStatus.Hit, stage.Kind.Summarize(result)), (hit.Status, hit.Summary));
        var second = await RunAsync(Graph(16));
        Assert.Equal((ExitCode.Done, 0, 4), (second.ExitCode, second.Count(StageStatus.Ran), second.Count(StageStatus.Hit)));
        Assert.Equal(computed + 1, WeighComputation.Count);

        Assert.Equal(["weigh.bits: 16 → 8"], planner.Plan(Graph(8))[^1].Reasons);
        var other = await RunAsync(Graph(8));
        Assert.Equal((1, 3), (other.Count(StageStatus.Ran), other.Count(StageStatus.Hit)));
        Assert.Equal(computed + 2, WeighComputation.Count);

        async Task<RunOutcome> RunAsync(StageGraph graph) =>
            await new Coordinator(store, new WeighAgents(Kinds), workspace, TimeProvider.System, new Silent())
                .RunAsync(graph, [], CancellationToken.None);
    }

    [Fact]
    public void It_is_named_with_the_others()
    {
        Assert.Equal(Kinds.OrderOf(KindNames.Extrapolate) + 1, Kinds.OrderOf("weigh"));
        Assert.Equal(["search", "aggregate", "extrapolate", "weigh"], Graph(16).Stages.Select(stage => stage.Name));
        Assert.Equal(["search", "aggregate", "extrapolate"], Graph(16).Until(KindNames.Extrapolate)!.Stages.Select(stage => stage.Name));
    }

    private StageGraph Graph(int bits)
    {
        var loaded = ManifestLoader.Parse(Encoding.UTF8.GetBytes(Manifest), "weighed.toml");
        var graph = ExperimentGraphs.Build(loaded, new Workspace(folder.Path), Kinds);
        var extrapolate = graph.Stages.Single(stage => stage.Kind == ExtrapolateStage.Kind);
        var weigh = new Stage("weigh", WeighStage.Kind, [extrapolate], (results, _) =>
        {
            var large = results[extrapolate].Read<ArchitectureOutput>(ArchitectureOutput.Name);
            return new WeighInputs(new WeighSettings(bits), new WeighContent(large.Architecture, large.Shape));
        })
        {
            Description = $"{bits} bits",
        };
        return new StageGraph(graph.Experiment, graph.Profile, graph.Seed, Kinds, [.. graph.Stages, weigh]).Until(WeighStage.Kind.Name)!;
    }

    private sealed class Everything : IResources
    {
        public IReadOnlyList<MachineLack> WhatLacks(StageNeeds needs) => [];
    }
}
