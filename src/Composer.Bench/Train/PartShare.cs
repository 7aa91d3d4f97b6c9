using Composer.Training.Profiling;

namespace Composer.Bench.Train;

/// <summary>What one part took of training steps.</summary>
/// <param name="Part">Its name.</param>
/// <param name="Share">Of the time of all threads.</param>
/// <param name="MillisecondsPerStep">All threads together.</param>
/// <param name="Calls">How often it began in all steps; 0 for what lies outside the parts.</param>
/// <param name="Steps">Steps that were profiled.</param>
internal sealed record PartShare(string Part, double Share, double MillisecondsPerStep, long Calls, int Steps)
{
    /// <summary>The largest part first, what is in none last.</summary>
    /// <param name="profile">Of all steps.</param>
    /// <param name="stepSeconds">Of all steps together.</param>
    /// <param name="steps">How many.</param>
    /// <param name="threads">Threads at once.</param>
    public static IEnumerable<PartShare> Of(PassProfile profile, double stepSeconds, int steps, int threads)
    {
        var whole = stepSeconds * threads;
        var parts = profile.Parts;
        var rest = whole - parts.Values.Sum(part => part.Seconds);
        return parts.OrderByDescending(part => part.Value.Seconds)
            .Select(part => ShareOf(part.Key, part.Value.Seconds, part.Value.Times))
            .Append(ShareOf("outside the parts", rest, 0));

        PartShare ShareOf(string part, double seconds, long times) => new(part, seconds / whole, seconds * 1000 / steps, times, steps);
    }
}
