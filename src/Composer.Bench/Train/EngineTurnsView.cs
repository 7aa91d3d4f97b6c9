using System.Text.Json.Serialization;
using Composer.Architecture;
using static System.FormattableString;

namespace Composer.Bench.Train;

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
    IReadOnlyList<EngineMeasurement> Engines)
{
    [JsonIgnore]
    public string Text => string.Join(Environment.NewLine, Lines());

    private IEnumerable<string> Lines()
    {
        yield return Invariant($"{Architecture}, dim {Shape.Dim}, vocabulary {Vocabulary}, length {Length}, ")
            + Invariant($"batch {Batch}, {Threads} threads; ")
            + $"{TrainView.ResidentText(PeakResidentBytes)}";
        foreach (var engine in Engines)
        {
            var peak = engine.PeakFlopsPerSecond is { } flops ? Invariant($"{flops / 1e9:N0}") : "unknown";
            var share = engine.FractionOfPeak is { } fraction ? Invariant($"{fraction:P1} of the peak") : "the card's peak is unknown";
            yield return Invariant($"{engine.Engine} ({engine.HardwarePolicy}): {engine.TokensPerSecond:N0} tokens/s, ")
                + Invariant($"{engine.FlopsPerSecond / 1e9:N1} of {peak} GFLOP/s, {share} ")
                + Invariant($"({engine.Steps} steps, median {engine.StepSeconds * 1000:0.0} ms)");
            if (engine.Memory is { } memory)
            {
                yield return $"  {TrainView.TextOf(memory)}";
            }
        }

        foreach (var engine in Engines.Skip(1))
        {
            var ratio = engine.TimesFirst;
            yield return Invariant($"{engine.Engine} makes {ratio.Median:0.000} of {Engines[0].Engine}'s speed ")
                + Invariant($"({ratio.Lowest:0.000}–{ratio.Highest:0.000}, {engine.Steps} turns); ")
                + Invariant($"{Engines[0].Engine} is {1 / ratio.Median:0.00} times as fast");
        }
    }
}
