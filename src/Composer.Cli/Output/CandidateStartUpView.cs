using System.Globalization;
using System.Text.Json.Serialization;
using Composer.Mad.Benchmarks;

namespace Composer.Cli.Output;

/// <summary>What <c>bench candidate</c> measured.</summary>
/// <param name="Candidates">In the order in which the process ran them, the first with all that a process does once.</param>
internal sealed record CandidateStartUpView(IReadOnlyList<CandidateStartUp> Candidates)
{
    /// <summary>Milliseconds that the project promises for each.</summary>
    public static double Goal => 50;

    [JsonIgnore]
    public string Text => string.Join(Environment.NewLine, Lines());

    private IEnumerable<string> Lines()
    {
        var invariant = CultureInfo.InvariantCulture;
        double[] later = [.. Candidates.Skip(1).Select(candidate => candidate.Milliseconds).Order()];
        yield return string.Create(
            invariant,
            $"start-up: {Candidates[0].Milliseconds:0.0} ms for the first candidate of a process, {later[later.Length / 2]:0.0} ms for a later one (median of {later.Length}, {later[0]:0.0} to {later[^1]:0.0}); goal ≤ {Goal:0} ms");
        foreach (var task in Candidates.Skip(1).GroupBy(candidate => candidate.Task))
        {
            double[] sorted = [.. task.Select(candidate => candidate.Milliseconds).Order()];
            yield return string.Create(
                invariant,
                $"  {task.Key,-28} {sorted[sorted.Length / 2],7:0.0} ms, an update {task.Average(candidate => candidate.UpdateMilliseconds):0.0} ms, allocated by its later updates {task.Max(candidate => candidate.BytesAllocated)} bytes");
        }
    }
}
