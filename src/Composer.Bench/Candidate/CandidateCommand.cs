using System.CommandLine;
using Composer.Architecture;
using Composer.Architecture.Presets;
using Composer.Bench.Measuring;
using Composer.Mad.Evaluation;
using Composer.Mad.Tasks;
using Composer.Training.Engines;
using static System.FormattableString;

namespace Composer.Bench.Candidate;

/// <summary><c>composer bench candidate</c>: what a candidate costs besides its training.</summary>
internal static class CandidateCommand
{
    /// <summary>Milliseconds that the project promises for a start-up.</summary>
    private const double Goal = 50;

    public static Command Create()
    {
        var repeat = BenchOption.Of("--repeat", 5, "Rounds over the six tasks.");
        var command = new Command(
            "candidate",
            "What a candidate of a search waits before its first update, the first in a process and later ones, "
            + "and what an update allocates.")
        {
            repeat,
        };
        var output = new OutputOptions(command);
        command.SetAction(parsed =>
        {
            Mistakes.RequireAtLeast(repeat.Name, parsed.GetValue(repeat), 1);
            var engine = EngineRegistry.Get("cpu");
            CandidateStartUp[] candidates =
            [
                .. from round in Enumerable.Range(1, parsed.GetValue(repeat))
                   from task in MadTasks.All
                   select CandidateStartUp.Measure(Evaluation(task, round), engine),
            ];
            output.Print(parsed, new { Candidates = candidates }, _ => string.Join(Environment.NewLine, Lines(candidates)));
        });
        return command;
    }

    /// <param name="candidates">In the order in which the process ran them, the first with all that a process does once.</param>
    private static IEnumerable<string> Lines(CandidateStartUp[] candidates)
    {
        var further = candidates[1..];
        var later = StartUp(further);
        yield return Invariant($"start-up: {candidates[0].Milliseconds:0.0} ms for the first candidate of a process, ")
            + Invariant($"{later.Median:0.0} ms for a later one ")
            + Invariant($"(median of {further.Length}, {later.Lowest:0.0} to {later.Highest:0.0}); goal ≤ {Goal:0} ms");
        foreach (var task in further.GroupBy(candidate => candidate.Task))
        {
            yield return Invariant($"  {task.Key,-28} {StartUp(task).Median,7:0.0} ms, ")
                + Invariant($"an update {task.Average(candidate => candidate.UpdateMilliseconds):0.0} ms, ")
                + Invariant($"allocated by its later updates {task.Max(candidate => candidate.BytesAllocated)} bytes");
        }
    }

    private static RepeatedFigure StartUp(IEnumerable<CandidateStartUp> candidates) =>
        RepeatedFigure.Of(candidates.Select(candidate => candidate.Milliseconds), null);

    /// <summary>
    /// The paper's small model on a task of its own length, with the sample counts of the protocol; small batches,
    /// so that what the first update waits for stands out from the update.
    /// </summary>
    private static CandidateEvaluation Evaluation(MadTask task, int round) => new(
        LayerSequence.Parse("2A+4M"), SizePreset.SmallShape, task, task.Default, new() { Batch = 4 }, new((ulong)round));
}
