using System.Globalization;
using System.Text.Json.Serialization;
using Composer.Architecture;
using Composer.Training.Benchmarks;
using Composer.Training.Models;

namespace Composer.Cli.Output;

/// <summary>What <c>bench train</c> measured.</summary>
/// <param name="PeakResidentBytes">Of the whole process so far.</param>
/// <param name="SlowPaths">Where the shape falls back to something slower; empty when nowhere.</param>
/// <param name="Profile">Share of the kernels' time by part; null unless it was asked for.</param>
internal sealed record TrainBenchView(
    string Architecture,
    ModelShape Shape,
    int Vocabulary,
    int Length,
    int Batch,
    int Threads,
    string Isa,
    double TokensPerSecond,
    double FlopsPerSecond,
    double PeakFlopsPerSecond,
    double FractionOfPeak,
    double StepSeconds,
    int Steps,
    TrainingMemory Memory,
    long PeakResidentBytes,
    IReadOnlyList<string> SlowPaths,
    IReadOnlyList<KernelShare>? Profile)
{
    private const double Mebi = 1 << 20;

    [JsonIgnore]
    public string Text => string.Join(Environment.NewLine, Lines());

    private IEnumerable<string> Lines()
    {
        var invariant = CultureInfo.InvariantCulture;
        yield return string.Create(
            invariant,
            $"{Architecture}, dim {Shape.Dim}, length {Length}, batch {Batch}, {Threads} threads, {Isa}: {TokensPerSecond:N0} tokens/s, {FlopsPerSecond / 1e9:0.0} of {PeakFlopsPerSecond / 1e9:0.0} GFLOP/s, step by step {FractionOfPeak:P1} of the FMA peak ({Steps} steps, median {StepSeconds * 1000:0.0} ms)");
        yield return string.Create(
            invariant,
            $"memory: parameters × 16 bytes {Memory.ParameterBytes / Mebi:0.0} MiB; allocated {Memory.StoreBytes / Mebi:0.0} for parameters and moments, {Memory.GradientBytes / Mebi:0.0} for gradients, {Memory.ActivationBytes / Mebi:0.0} for activations of each of {Memory.Workers} workers; peak resident {PeakResidentBytes / Mebi:0.0} MiB");
        foreach (var slow in SlowPaths)
        {
            yield return $"slow path: {slow}";
        }

        foreach (var part in Profile ?? [])
        {
            yield return string.Create(invariant, $"  {part.Part,-24} {part.Share,7:P1}  {part.MillisecondsPerStep,10:0.00} ms a step, {part.Calls / (double)part.Steps:N0} calls");
        }
    }
}
