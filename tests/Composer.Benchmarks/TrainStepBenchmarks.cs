using BenchmarkDotNet.Attributes;
using Composer.Architecture;
using Composer.Bench.Train;
using Composer.Core;
using Composer.Training.Cpu;
using Composer.Training.Kernels;
using Composer.Training.Models;
using Composer.Training.Optimization;

namespace Composer.Benchmarks;

/// <summary>A whole step of the small models that a search trains, 16 sequences on one thread.</summary>
[IterationCount(40)]
public class TrainStepBenchmarks : IFloatingPointWork
{
    private const int Sequences = 16;
    private const int Vocabulary = 64;
    private ITrainableModel? model;
    private TokenBatch? batch;

    [Params("AAMMMM", "AAMMMMMAAMMMAMMM")]
    public string Layers { get; set; } = "";

    [Params(32, 128)]
    public int Length { get; set; }

    InstructionSetTier IFloatingPointWork.Tier => InstructionSet.Tier;

    private ModelConfiguration Configuration =>
        new(LayerSequence.FromSymbols(Layers), new ModelShape(Dim: 128, Heads: 16, KvHeads: 4, Hidden: 256), Vocabulary, Length);

    double IFloatingPointWork.FlopsOf(string method) => TrainingFlops.PerToken(Configuration, Length) * Sequences * Length;

    [GlobalSetup]
    public void Create()
    {
        model = new CpuEngine().Create(Configuration, new Seed(1), threads: 1);
        var rng = new Rng(new Seed(2));
        int[] Tokens() => [.. Enumerable.Range(0, Sequences * Length).Select(_ => rng.NextInt(Vocabulary))];
        batch = new TokenBatch(Sequences, Length, Tokens(), Tokens());
    }

    [GlobalCleanup]
    public void Free() => model!.Dispose();

    [Benchmark]
    public StepResult TrainStep() => model!.TrainStep(batch!, new AdamWSettings(1e-3, 0.1));
}
