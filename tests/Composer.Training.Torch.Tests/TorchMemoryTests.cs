using System.Runtime.InteropServices;
using Composer.Architecture.Primitives;
using Composer.Core;
using Composer.Training.Models;
using Composer.Training.Reference;
using Composer.Training.Torch.Network;
using Composer.Training.Torch.Parameters;
using Composer.Training.Torch.Primitives;
using TorchSharp;

namespace Composer.Training.Torch.Tests;

/// <summary>Alone in the process: they look at its memory.</summary>
[Collection(nameof(TorchMemoryTests))]
[CollectionDefinition(nameof(TorchMemoryTests), DisableParallelization = true)]
public partial class TorchMemoryTests(ITestOutputHelper output)
{
    /// <summary>glibc's <c>M_MMAP_THRESHOLD</c>: bytes from which on a block is mapped by itself.</summary>
    private const int LeastMapped = -3;

    private static readonly ModelConfiguration Deep = TinyModels.Configuration("AMMMAMMMAMMM", 64, 4, 4, 512, 61, 768);

    public static TheoryData<char, TorchPrecision, int> SymbolsTypesAndDims => new MatrixTheoryData<char, TorchPrecision, int>(
        PrimitiveRegistry.Default.All.Select(primitive => primitive.Symbol), Enum.GetValues<TorchPrecision>(), [128, 192]);

    [TorchFact]
    public void A_thousand_steps_leave_nothing_behind()
    {
        var configuration = TinyModels.Configuration("AM", 16, 4, 2, 21, 13, 17);
        using var model = TorchModels.Create(configuration);
        var batch = TorchModels.Batches(configuration, 3, 1).First();

        // The runtime's heap takes its size in the first thousand.
        Steps(1000);
        var before = Look();
        var firstHalf = Steps(500);
        var secondHalf = Steps(500);
        var after = Look();

        Assert.Equal(before.Tensors, after.Tensors);
        Assert.InRange(after.Managed - before.Managed, long.MinValue, 64 << 10);
        Assert.InRange(after.Resident - before.Resident, long.MinValue, 16 << 20);
        Assert.InRange(secondHalf, 0, (firstHalf * 1.05) + 1024);

        // Returns the bytes that a step allocates, all of them garbage afterwards.
        double Steps(int count)
        {
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            for (var step = 0; step < count; step++)
            {
                model.TrainStep(batch, TorchModels.Settings);
            }

            return (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)count;
        }
    }

    [TorchTheory]
    [InlineData(TorchPrecision.Fp32)]
    [InlineData(TorchPrecision.Bf16)]
    public void Recomputing_layers_takes_less_memory_and_gives_the_same_gradients(TorchPrecision precision)
    {
        // One sequence, so that no smaller micro-batch helps; the least of three, since the runtime's own threads take too.
        var batch = TorchModels.Batches(Deep, 1, 1).First();
        var (kept, keptBytes) = LeastOfThree(1L << 40);
        var (recomputed, recomputedBytes) = LeastOfThree(1);
        output.WriteLine($"{recomputedBytes >> 10} KiB with recomputation, {keptBytes >> 10} without");
        var limit = precision == TorchPrecision.Bf16 ? 1e-2 : 1e-5;
        Assert.InRange(TorchModels.Difference(recomputed, kept), 0, limit);
        Assert.True(recomputedBytes < keptBytes / 2, $"{recomputedBytes >> 20} MiB with recomputation, {keptBytes >> 20} without");

        (List<float[]>, long) LeastOfThree(long activationBytes) =>
            Enumerable.Range(0, 3).Select(_ => Gradients(activationBytes)).MinBy(run => run.Item2);

        (List<float[]>, long) Gradients(long activationBytes)
        {
            var engine = new TorchEngine(TorchDevice.Cpu) { ActivationBytes = activationBytes, Precision = precision };
            using var model = TorchModels.Create(Deep, engine, threads: 1);
            TorchModels.Gradients(model, TorchModels.Batches(Deep, 1, 1, seed: 9).First());
            var start = StartPeak();
            var gradients = TorchModels.Gradients(model, batch);
            return (gradients, Resident("VmHWM:") - start);
        }
    }

    /// <summary>What the allocator has given out after a layer's forward and had not before, as bytes, so nothing depends on its habits.</summary>
    [TorchTheory]
    [MemberData(nameof(SymbolsTypesAndDims))]
    public void A_layer_keeps_about_what_it_says(char symbol, TorchPrecision precision, int dim)
    {
        // 768 positions, and 1,120, which no window and no chunk divides.
        var length = (6 * dim) - (dim % 128 / 2);
        var half = precision == TorchPrecision.Bf16;
        var configuration = TinyModels.Configuration($"{symbol}", dim, dim / 32, 2, 344, 61, length);
        var said = length * PrimitiveForm.Of(symbol).KeptBytes(configuration.Shape, half ? sizeof(short) : sizeof(float), length);
        using var model = TorchModels.Create(configuration); // which also defines the scripts
        using var scope = torch.NewDisposeScope();
        var layer = Layer(configuration, half ? torch.bfloat16 : torch.float32);
        var (x, shares) = (torch.randn(1, length, dim).requires_grad_(true), torch.ones(1));

        // The scripts are profiled and then compiled at their first calls; the runtime's own threads take and give meanwhile.
        var readings = Enumerable.Range(0, 11).Select(_ => Kept()).ToList();
        var kept = readings.Order().ElementAt(readings.Count / 2);
        output.WriteLine($"{symbol}: {string.Join(", ", readings)} bytes kept, {said} said, {(double)kept / said:f2}");

        // Never much more, so that a budget holds.
        Assert.InRange((double)kept / said, 0.88, 1.02);

        long Kept()
        {
            var before = Allocated();
            using var own = torch.NewDisposeScope();
            var (y, auxiliary) = layer.Train(x, shares);
            var after = Allocated();
            GC.KeepAlive((y, auxiliary));
            return after - before;
        }
    }

    [TorchFact]
    public void The_plan_is_a_function_of_shape_and_budget()
    {
        ActivationPlan Plan(long budget, int sequences = 16, int tokens = int.MaxValue, int fewest = 1) =>
            ActivationPlan.Of(Deep, Deep.MaximumLength, sequences, budget, 2, tokens, fewest);
        var whole = Plan(1L << 40);
        Assert.Equal((16, 0, 1), (whole.SequencesAtOnce, whole.Recomputed, whole.Parts));
        Assert.Equal((0, 16), whole.Part(0));

        // Smaller micro-batches come before recomputation.
        var halves = Plan(whole.Bytes * 3 / 4);
        Assert.Equal((12, 0, 2), (halves.SequencesAtOnce, halves.Recomputed, halves.Parts));
        Assert.Equal((12, 4), halves.Part(1));
        var single = Plan(1L << 40, sequences: 1);
        Assert.Equal(0, Plan(single.Bytes).Recomputed);
        Assert.InRange(Plan(single.Bytes - 1).Recomputed, 1, 3);
        Assert.Equal((1, 12), (Plan(1).SequencesAtOnce, Plan(1).Recomputed));
        Assert.Equal(2, Plan(1L << 40, tokens: 2 * Deep.MaximumLength).SequencesAtOnce);
        Assert.Equal((4, 4), (Plan(1L << 40, fewest: 4).SequencesAtOnce, Plan(1L << 40, fewest: 4).Parts));
        Assert.Equal((1, 3), (Plan(1L << 40, sequences: 3, fewest: 4).SequencesAtOnce, Plan(1L << 40, sequences: 3, fewest: 4).Parts));
        var budgets = Enumerable.Range(1, 40).Select(i => Plan(single.Bytes * i / 40)).ToList();
        Assert.Equal(budgets.OrderByDescending(plan => plan.Recomputed), budgets);
        Assert.All(budgets.Where(plan => plan.Recomputed < 12), plan => Assert.InRange(plan.Bytes, 0, single.Bytes));
    }

    [TorchFact]
    public void Logits_of_a_large_vocabulary_come_in_pieces()
    {
        // All at once they and what belongs to them would take 4 GiB.
        var configuration = TinyModels.Configuration("M", 2, 1, 1, 2, 131_072, 2048);
        using var model = TorchModels.Create(configuration, threads: 1);
        var batch = TorchModels.Batches(configuration, 1, 1).First();
        var start = StartPeak();
        Assert.Equal(Math.Log(131_072), model.TrainStep(batch, TorchModels.Settings).Loss, 0.5);
        Assert.InRange(Resident("VmHWM:") - start, 0, 1200L << 20);
        Assert.InRange(((IReportsMemory)model).Memory.ActivationBytes, 256L << 20, 700L << 20);
    }

    /// <summary>The only layer of a model, with parameters of its own.</summary>
    private static TorchLayer Layer(ModelConfiguration configuration, torch.ScalarType compute)
    {
        var form = PrimitiveForm.Of(configuration.Layers[0]);
        var own = form.Groups("layers.0.", configuration.Shape);
        var parts = own.SelectMany(group => group.Parts).Select(part => part.Name).ToHashSet(StringComparer.Ordinal);
        var others = ParameterLayout.Of(configuration).Where(parameter => !parts.Contains(parameter.Name));
        List<ParameterGroup> groups = [.. own, .. others.Select(parameter => new ParameterGroup(new ParameterPart(parameter.Name)))];
        var parameters = new TorchParameters(configuration, groups, new Seed(1), compute, torch.CPU);
        var turns = torch.ones([configuration.MaximumLength, 1, configuration.Shape.HeadSize / 2], torch.complex64);
        var context = new TorchLayerContext(configuration, parameters, compute, turns, configuration.NormEpsilon);
        return form.Build(context, [.. Enumerable.Range(0, own.Count)]);
    }

    /// <summary>Bytes that are given out, by any thread and in any size.</summary>
    private static long Allocated()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var state = HeapState();
        return state.HeldInArenas + state.Mapped;
    }

    private static (long Tensors, long Managed, long Resident) Look()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        TrimHeap(0);
        return (torch.Tensor.TotalCount, GC.GetTotalMemory(forceFullCollection: true), Resident("VmRSS:"));
    }

    /// <summary>Lets the peak begin at what is resident, which is returned.</summary>
    /// <remarks>What is as large as a tensor is mapped by itself from here on: it is resident while it lives and not afterwards.</remarks>
    private static long StartPeak()
    {
        Assert.Equal(1, TuneAllocator(LeastMapped, 64 << 10));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        TrimHeap(0);
        var start = Resident("VmRSS:");
        File.WriteAllText("/proc/self/clear_refs", "5");
        return start;
    }

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static partial int TrimHeap(nint keptBytes);

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int TuneAllocator(int setting, int value);

    [LibraryImport("libc.so.6", EntryPoint = "mallinfo2")]
    private static partial Heap HeapState();

    /// <summary>Bytes of a line of the process's status.</summary>
    private static long Resident(string line) =>
        1024 * long.Parse(
            File.ReadLines("/proc/self/status").Single(text => text.StartsWith(line, StringComparison.Ordinal))[line.Length..^2]);

    /// <summary>glibc's <c>struct mallinfo2</c>: ten sizes in its order.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Heap
    {
        public readonly nint Arenas;
        public readonly nint FreeChunks;
        public readonly nint FreeFastChunks;
        public readonly nint MappedRegions;
        public readonly nint Mapped;
        public readonly nint Unused;
        public readonly nint FreeInFastChunks;
        public readonly nint HeldInArenas;
        public readonly nint FreeInArenas;
        public readonly nint Releasable;
    }
}
