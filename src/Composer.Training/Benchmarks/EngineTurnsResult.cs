using Composer.Training.Models;

namespace Composer.Training.Benchmarks;

/// <summary>How fast one engine trained while several took turns.</summary>
/// <param name="Engine">Its name.</param>
/// <param name="HardwarePolicy">Where and how it computed.</param>
/// <param name="TokensPerSecond">Trained tokens, at the median step.</param>
/// <param name="FlopsPerSecond">Useful floating-point operations; see <see cref="TrainingFlops"/>.</param>
/// <param name="PeakFlopsPerSecond">On a CPU fused multiply-adds on all the threads, the median of probes between the steps; of a GPU
/// the data sheet's dense bf16; null when unknown.</param>
/// <param name="FractionOfPeak">Operations of a step over the peak (on a CPU the higher of the neighbouring probes), the median of all steps.</param>
/// <param name="StepSeconds">Of the median step.</param>
/// <param name="Steps">Steps measured.</param>
/// <param name="Memory">What the engine has allocated; null when it does not say.</param>
/// <param name="TimesFirst">The first engine's seconds a step over this one's, turn by turn: its speed in that of the first.</param>
public sealed record EngineTurnsResult(
    string Engine,
    string HardwarePolicy,
    double TokensPerSecond,
    double FlopsPerSecond,
    double? PeakFlopsPerSecond,
    double? FractionOfPeak,
    double StepSeconds,
    int Steps,
    TrainingMemory? Memory,
    RepeatedFigure TimesFirst);
