using System.Text.Json.Serialization;
using Composer.Architecture;
using Composer.Training.Models;
using static System.FormattableString;

namespace Composer.Bench.Train;

/// <summary>What <c>bench train</c> measured of the CPU engine.</summary>
/// <param name="PeakResidentBytes">Of the whole process so far.</param>
/// <param name="SlowPaths">Where the shape falls back to something slower; empty when nowhere.</param>
/// <param name="Profile">What each part took; null unless it was asked for.</param>
internal sealed record TrainView(
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
    IReadOnlyList<PartShare>? Profile)
{
    private const double Mebi = 1 << 20;

    [JsonIgnore]
    public string Text => string.Join(Environment.NewLine, Lines());

    /// <summary>What an engine has allocated.</summary>
    public static string TextOf(TrainingMemory memory) => Invariant($"parameters × 16 bytes {memory.ParameterBytes / Mebi:0.0} MiB; ")
        + Invariant($"allocated {memory.StoreBytes / Mebi:0.0} for parameters and moments, ")
        + Invariant($"{memory.GradientBytes / Mebi:0.0} for gradients, ")
        + Invariant($"{memory.ActivationBytes / Mebi:0.0} for activations of each of {memory.Workers} workers");

    /// <summary>What the process has taken.</summary>
    public static string ResidentText(long bytes) => Invariant($"peak resident {bytes / Mebi:0.0} MiB");

    private IEnumerable<string> Lines()
    {
        yield return Invariant($"{Architecture}, dim {Shape.Dim}, length {Length}, batch {Batch}, {Threads} threads, ")
            + Invariant($"{Isa}: {TokensPerSecond:N0} tokens/s, ")
            + Invariant($"{FlopsPerSecond / 1e9:0.0} of {PeakFlopsPerSecond / 1e9:0.0} GFLOP/s, ")
            + Invariant($"step by step {FractionOfPeak:P1} of the FMA peak ({Steps} steps, median {StepSeconds * 1000:0.0} ms)");
        yield return $"memory: {TextOf(Memory)}; {ResidentText(PeakResidentBytes)}";
        foreach (var slow in SlowPaths)
        {
            yield return $"slow path: {slow}";
        }

        foreach (var part in Profile ?? [])
        {
            yield return Invariant($"  {part.Part,-24} {part.Share,7:P1}  ")
                + Invariant($"{part.MillisecondsPerStep,10:0.00} ms a step, {part.Calls / (double)part.Steps:N0} times");
        }
    }
}
