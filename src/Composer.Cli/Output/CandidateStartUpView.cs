using System.Globalization;
using System.Text.Json.Serialization;
using Composer.Mad.Benchmarks;
using Composer.Training.Benchmarks;

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
        var further = Candidates.Skip(1).ToList();
        var later = StartUp(further);
        yield return string.Create(
            invariant,
            $"start-up: {Candidates[0].Milliseconds:0.0} ms for the first candidate of a process, {later.Median:0.0} ms for a later one (median of {further.Count}, {later.Lowest:0.0} to {later.Highest:0.0}); goal ≤ {Goal:0} ms");
        foreach (var task in further.GroupBy(candidate => candidate.Task))
        {
            yield return string.Create(
                invariant,
                $"  {task.Key,-28} {StartUp(task).Median,7:0.0} ms, an update {task.Average(candidate => candidate.UpdateMilliseconds):0.0} ms, allocated by its later updates {task.Max(candidate => candidate.BytesAllocated)} bytes");
        }
    }

    private static RepeatedFigure StartUp(IEnumerable<CandidateStartUp> candidates) =>
        RepeatedFigure.Of(candidates.Select(candidate => candidate.Milliseconds), null);
}
