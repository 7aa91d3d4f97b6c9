using System.Diagnostics;

namespace Composer.Training.Profiling;

/// <summary>What the parts of a model's training steps took, all threads together; what was computed stays the same.</summary>
/// <remarks>Read and cleared between steps.</remarks>
internal sealed class PassProfile
{
    private readonly List<PartClock> clocks = [];

    /// <summary>Seconds of each part and how often it began.</summary>
    public IReadOnlyDictionary<string, (double Seconds, long Times)> Parts => clocks.SelectMany(clock => clock.Parts)
        .GroupBy(part => part.Key.Name)
        .ToDictionary(
            part => part.Key,
            part => (part.Sum(p => p.Value.Ticks) / (double)Stopwatch.Frequency, part.Sum(p => p.Value.Times)));

    /// <summary>The clock of one thread of the model.</summary>
    public PartClock AddClock()
    {
        clocks.Add(new PartClock());
        return clocks[^1];
    }

    /// <summary>Starts again.</summary>
    public void Clear() => clocks.ForEach(clock => clock.Clear());
}
