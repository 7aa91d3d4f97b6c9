using Composer.Agents.Local;
using Composer.Core;
using Composer.Pipeline;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Jobs;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Planning;
using Composer.Store;
using Composer.Training.Hardware;

namespace Composer.Agents.Tests.Local;

/// <summary>What is said of a machine that lacks something, by machines that tests make up.</summary>
public sealed class MachineResourcesTests : IDisposable
{
    private const long Gigabyte = 1_000_000_000;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_engine_on_the_processor_needs_no_GPU() => Assert.Empty(Resources(gpus: 0).WhatLacks(new StageNeeds(0, "torch")));

    [Fact]
    public void A_GPU_that_was_asked_for_is_not_replaced_by_the_processor() =>
        Assert.Equal(["needs 1 GPU; this machine has none"], Sentences(Resources(gpus: 0), new StageNeeds(1, "torch")));

    [Fact]
    public void An_engine_that_is_not_built_is_named_with_the_command_that_builds_it()
    {
        var lack = Assert.Single(Resources(gpus: 0, engines: "cpu").WhatLacks(new StageNeeds(0, "torch")));
        Assert.Equal("needs the engine 'torch', which is not built here; './build.sh TorchEngine' builds it", lack.Sentence);
        Assert.True(lack.IsBuilt);
    }

    [Fact]
    public void Bf16_needs_Ampere() => Assert.Equal(
        ["needs a GPU of compute capability 8.0 or newer; the Tesla T4 has 7.5"],
        Sentences(Resources(gpus: 1, gpu: new Gpu("Tesla T4", 7, 5, 16 * Gigabyte)), new StageNeeds(1, "torch")));

    [Fact]
    public void Memory_is_the_machine_s_on_the_processor_and_the_card_s_on_a_GPU()
    {
        var resources = Resources(gpus: 1, memory: 24 * Gigabyte, gpu: new Gpu("NVIDIA H100", 9, 0, 80 * Gigabyte));

        Assert.Equal(
            ["needs about 48 GB of memory; this machine has 24 GB"],
            Sentences(resources, new StageNeeds(0, "cpu") { Memory = 48 * Gigabyte }));
        Assert.Empty(resources.WhatLacks(new StageNeeds(1, "torch") { Memory = 48 * Gigabyte }));
        Assert.Equal(
            ["needs about 81.5 GB of memory; the GPU has 80 GB"],
            Sentences(resources, new StageNeeds(1, "torch") { Memory = 81_500_000_000 }));
    }

    [Fact]
    public void Memory_that_nobody_tells_refuses_nothing() =>
        Assert.Empty(Resources(gpus: 1).WhatLacks(new StageNeeds(1, "torch") { Memory = 1000 * Gigabyte }));

    [Fact]
    public void Everything_that_is_lacking_is_said_together_and_the_plan_shows_it()
    {
        var resources = Resources(gpus: 0, engines: "cpu", memory: 2 * Gigabyte, lacks: [new("needs a newer C++ library")]);
        var needs = new StageNeeds(0, "torch") { Memory = 3 * Gigabyte };
        string[] expected =
        [
            "needs the engine 'torch', which is not built here; './build.sh TorchEngine' builds it",
            "needs a newer C++ library",
            "needs about 3 GB of memory; this machine has 2 GB",
        ];

        Assert.Equal(expected, Sentences(resources, needs));

        var planned = Plan(resources, needs);
        Assert.Equal(PlanStatus.Blocked, planned.Status);
        Assert.Equal([.. expected, "never ran"], planned.Reasons);
    }

    [Theory]
    [InlineData(0, 1, false)]
    [InlineData(1, 1, false)]
    [InlineData(0, 2, true)]
    [InlineData(2, 1, true)]
    public void Open_MPI_is_needed_by_several_ranks_alone(int gpus, int processes, bool needed)
    {
        var machine = new MadeUpMachine(null, null, []) { RanksLack = [new("needs Open MPI")] };
        var resources = new MachineResources(2, 8, ["cpu", "torch"]) { Machine = machine };
        Assert.Equal(
            needed ? ["needs Open MPI"] : [], Sentences(resources, new StageNeeds(gpus, "torch") { Processes = processes }));
    }

    [Theory]
    [InlineData(true, "torch")]
    [InlineData(false, "")]
    public void An_engine_is_built_for_a_stage_that_lacks_nothing_else(bool newCpp, string expected)
    {
        var resources = Resources(gpus: 0, engines: "cpu", lacks: newCpp ? [] : [new("needs a newer C++ library")]);
        Assert.Equal(expected, string.Join(' ', NeededEngines.Of([Plan(resources, new StageNeeds(0, "torch"))], resources, check: false)));
    }

    [Fact]
    public void A_check_needs_the_engines_of_what_is_in_the_store_and_a_run_those_of_what_is_not()
    {
        var resources = Resources(gpus: 0);
        PlannedStage[] plan =
        [
            Plan(resources, new StageNeeds(0, "torch")) with { Status = PlanStatus.Hit },
            Plan(resources, new StageNeeds(0, "cpu")),
        ];

        Assert.Equal(["cpu"], NeededEngines.Of(plan, resources, check: false));
        Assert.Equal(["torch"], NeededEngines.Of(plan, resources, check: true));
    }

    private static string[] Sentences(MachineResources resources, StageNeeds needs) =>
        [.. resources.WhatLacks(needs).Select(l => l.Sentence)];

    private static MachineResources Resources(
        int gpus, string engines = "cpu torch", long? memory = null, Gpu? gpu = null, MachineLack[]? lacks = null) =>
        new(2, gpus, engines.Split(' ')) { Machine = new MadeUpMachine(memory, gpu, lacks ?? []) };

    private PlannedStage Plan(MachineResources resources, StageNeeds needs)
    {
        using var store = StageStore.Open(folder["store"], TimeProvider.System);
        var stage = new Stage("pretrain/composite", new Kind(), [], (_, _) => new Inputs("p")) { Description = "p", Needs = needs };
        var graph = new StageGraph("test", null, 0, new JobKinds([stage.Kind]), [stage]);
        return new Planner(store, new Workspace(folder.Path), resources).Plan(graph)[0];
    }

    /// <summary>Something to plan.</summary>
    private sealed class Kind : JobKind
    {
        public override string Name => "pretrain";

        public override Type InputsType => typeof(Inputs);

        public override JobCode CodeOf(object inputs) => new(default(Digest));

        public override Task<JobOutcome> ComputeAsync(object inputs, JobTools tools, CancellationToken cancellation) =>
            throw new NotSupportedException("Nothing is computed here.");
    }

    private sealed record Inputs(string Value);

    private sealed record MadeUpMachine(long? Memory, Gpu? Gpu, IReadOnlyList<MachineLack> Lacks) : IMachine
    {
        public IReadOnlyList<MachineLack> RanksLack { get; init; } = [];

        public IEnumerable<MachineLack> WhatTorchLacks(bool onGpu) => Lacks;

        public IEnumerable<MachineLack> WhatRanksLack() => RanksLack;
    }
}
