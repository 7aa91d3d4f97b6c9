using System.Text.Json.Serialization;
using Composer.Bench.Measuring;
using Composer.Training.Models;

namespace Composer.Bench.Train;

/// <summary>How fast one engine trained, by itself or while several took turns.</summary>
/// <param name="Engine">Its name.</param>
/// <param name="HardwarePolicy">Where and how it computed.</param>
/// <param name="TokensPerSecond">Trained tokens, at the median step.</param>
/// <param name="FlopsPerSecond">Useful floating-point operations; see <see cref="TrainingFlops"/>.</param>
/// <param name="PeakFlopsPerSecond">
/// On a CPU fused multiply-adds on all the threads, of each step the higher of the probes beside it, the median of all
/// steps; of a GPU the data sheet's dense bf16; null when unknown.
/// </param>
/// <param name="FractionOfPeak">Operations of a step over its peak, the median of all steps.</param>
/// <param name="StepSeconds">Of the median step: forward, backward and update of one batch.</param>
/// <param name="Steps">Steps measured.</param>
/// <param name="Memory">What the engine has allocated; null when it does not say.</param>
/// <param name="TimesFirst">The first engine's seconds a step over this one's, turn by turn: its speed in that of the first.</param>
internal sealed record EngineMeasurement(
    string Engine,
    string HardwarePolicy,
    double TokensPerSecond,
    double FlopsPerSecond,
    double? PeakFlopsPerSecond,
    double? FractionOfPeak,
    double StepSeconds,
    int Steps,
    TrainingMemory? Memory,
    RepeatedFigure TimesFirst)
{
    /// <summary>Of all steps together.</summary>
    [JsonIgnore]
    public double Seconds { get; init; }
}
