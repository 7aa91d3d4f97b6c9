using System.Globalization;
using System.Text.Json.Serialization;
using Composer.Architecture;
using Composer.Training.Benchmarks;

namespace Composer.Cli.Output;

/// <summary>What <c>bench train --engine</c> measured of one engine, or of several that took turns.</summary>
/// <param name="PeakResidentBytes">Of the whole process so far, all engines together.</param>
internal sealed record EngineTurnsView(
    string Architecture,
    ModelShape Shape,
    int Vocabulary,
    int Length,
    int Batch,
    int Threads,
    long PeakResidentBytes,
    IReadOnlyList<EngineTurnsResult> Engines)
{
    private const double Mebi = 1 << 20;

    [JsonIgnore]
    public string Text => string.Join(Environment.NewLine, Lines());

    private IEnumerable<string> Lines()
    {
        var invariant = CultureInfo.InvariantCulture;
        yield return string.Create(
            invariant,
            $"{Architecture}, dim {Shape.Dim}, vocabulary {Vocabulary}, length {Length}, batch {Batch}, {Threads} threads; peak resident {PeakResidentBytes / Mebi:0.0} MiB");
        foreach (var engine in Engines)
        {
            var peak = engine.PeakFlopsPerSecond is { } flops ? string.Create(invariant, $"{flops / 1e9:N0}") : "unknown";
            var share = engine.FractionOfPeak is { } fraction ? string.Create(invariant, $"{fraction:P1} of the peak") : "the card's peak is unknown";
            yield return string.Create(
                invariant,
                $"{engine.Engine} ({engine.HardwarePolicy}): {engine.TokensPerSecond:N0} tokens/s, {engine.FlopsPerSecond / 1e9:N1} of {peak} GFLOP/s, {share} ({engine.Steps} steps, median {engine.StepSeconds * 1000:0.0} ms)");
            if (engine.Memory is { } memory)
            {
                yield return string.Create(
                    invariant,
                    $"  parameters × 16 bytes {memory.ParameterBytes / Mebi:0.0} MiB; {memory.StoreBytes / Mebi:0.0} for parameters and moments, {memory.GradientBytes / Mebi:0.0} for gradients, {memory.ActivationBytes / Mebi:0.0} for activations of each of {memory.Workers} workers");
            }
        }

        foreach (var engine in Engines.Skip(1))
        {
            var ratio = engine.TimesFirst;
            yield return string.Create(
                invariant,
                $"{engine.Engine} makes {ratio.Median:0.000} of {Engines[0].Engine}'s speed ({ratio.Lowest:0.000}–{ratio.Highest:0.000}, {engine.Steps} turns); {Engines[0].Engine} is {1 / ratio.Median:0.00} times as fast");
        }
    }
}
