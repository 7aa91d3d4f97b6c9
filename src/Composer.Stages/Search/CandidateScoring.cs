using Composer.Architecture;
using Composer.Core;
using Composer.Mad.Scoring;
using Composer.Search.Stopping;
using Composer.Stages.Evaluate;

namespace Composer.Stages.Search;

/// <summary>
/// Scores candidates: which of a candidate's trainings are done, in which waves, and when
/// the rest is left out. What is decided depends on candidates of earlier batches alone, and so not on which
/// training ends first.
/// </summary>
internal sealed class CandidateScoring(
    SearchInputs inputs, CandidateTrainings trainings, CandidateTrainer trainer, SavingsRecorder savings)
{
    private readonly StoppingPlan plan = inputs.Stopping ?? StoppingPlan.None;
    private readonly Seed seed = inputs.Seed.Derive("stopping");

    private TaskWeights Weights => trainings.Rule.Weights;

    /// <summary>The score of a candidate's first run.</summary>
    /// <param name="layers">The candidate.</param>
    /// <param name="number">Its trial, which decides whether it is evaluated to the end whatever comes.</param>
    /// <param name="known">The candidates of earlier batches that have a score.</param>
    /// <param name="cancellation">Ends the trainings.</param>
    public async Task<CandidateResult> ScoreAsync(
        LayerSequence layers, int number, IReadOnlyList<CandidateResult> known, CancellationToken cancellation)
    {
        var wanted = trainings.Of(layers);
        savings.Plan(wanted);
        if (plan.ByHalving)
        {
            wanted = await HalveAsync(layers, number, wanted, cancellation).ConfigureAwait(false);
        }

        if (!plan.ComparesCandidates && !plan.ByCeiling)
        {
            return Result(layers, await trainer.TrainAsync(layers, wanted, cancellation).ConfigureAwait(false));
        }

        var done = new List<TrainedCandidate>();
        foreach (var task in inputs.Evaluate.Tasks)
        {
            foreach (var wave in Waves([.. wanted.Where(r => r.Task == task)]))
            {
                var results = await trainer.TrainAsync(layers, wave, cancellation).ConfigureAwait(false);
                done.AddRange(results);
                if (plan.ByCeiling && CandidateScore.Of(results.Select(r => r.Trial), trainings.Rule).Value is 0)
                {
                    break;
                }
            }

            var result = Result(layers, done);
            if (result.Score.Tasks.Count < inputs.Evaluate.Tasks.Count && Stop(result, number, known) is { } stopped)
            {
                savings.Stop(stopped);
                return result with { Stopped = stopped };
            }
        }

        return Result(layers, done);
    }

    /// <summary>All of a task at once, or setting by setting where one may make the others needless.</summary>
    private IEnumerable<IReadOnlyList<CandidateTraining>> Waves(IReadOnlyList<CandidateTraining> ofTask) => plan.ByCeiling
        ? ofTask.GroupBy(r => r.Variant).OrderBy(g => g.Key).Select(g => (IReadOnlyList<CandidateTraining>)[.. g])
        : [ofTask];

    private StoppedCandidate? Stop(CandidateResult result, int number, IReadOnlyList<CandidateResult> known)
    {
        if (result.Score.Tasks.Any(t => t.Value is null))
        {
            // A candidate that has failed is a failure, not a prediction.
            return null;
        }

        var incumbent = known.MinBy(k => k.Score.Value);
        if (incumbent is null)
        {
            return null;
        }

        if (plan.ByBound && LosslessStop.CannotWin(
            result.Score.Tasks.Select(t => (t.Value!.Value, Weights[t.Task])),
            inputs.Evaluate.Tasks.Sum(task => Weights[task]),
            incumbent.Score.Value!.Value))
        {
            return new StoppedCandidate(StopReason.Lossless, null, 0);
        }

        return plan.ByWilcoxon && !Finishes(number, inputs.Evaluate.Pruning.Finish) ? Prune(result, incumbent, known) : null;
    }

    private StoppedCandidate? Prune(CandidateResult result, CandidateResult incumbent, IReadOnlyList<CandidateResult> known)
    {
        // A cell counts what its task does: the scores that the test stands for differ by the weighted sum.
        double[] worse =
        [
            .. result.Cells.Where(c => incumbent.Cells.ContainsKey(c.Key))
                .Select(c => Weights[c.Key.Task] * (c.Value - incumbent.Cells[c.Key])),
        ];
        var tasks = result.Score.Tasks.Count;
        if (worse.Length == 0 || worse.Average() <= 0 || WilcoxonSignedRank.UpperTail(worse) >= inputs.Evaluate.Pruning.Level)
        {
            return null;
        }

        return PrunedScore.Of(
            result.Score.Value!.Value, [.. known.Select(k => (k.ScoreAfter(tasks, Weights)!.Value, k.Score.Value!.Value))]) is { } predicted
            ? new StoppedCandidate(StopReason.Wilcoxon, predicted.Mean, predicted.Variance)
            : null;
    }

    /// <summary>The trainings of the settings that begin best; all of them for those that finish whatever comes.</summary>
    private async Task<IReadOnlyList<CandidateTraining>> HalveAsync(
        LayerSequence layers, int number, IReadOnlyList<CandidateTraining> wanted, CancellationToken cancellation)
    {
        var halving = inputs.Evaluate.Halving;
        var finishes = Finishes(number, halving.Finish);
        var remaining = wanted;
        for (var rung = 0; rung < halving.At.Count; rung++)
        {
            var (left, keep) = (remaining.Select(r => (r.Task, r.Variant)).ToHashSet(), halving.Keep[rung]);
            CandidateTraining[] beginnings =
            [
                .. trainings.Beginnings(layers, halving.At[rung]).Where(r => left.Contains((r.Task, r.Variant))),
            ];
            var trained = await trainer.TrainAsync(layers, beginnings, cancellation).ConfigureAwait(false);
            savings.Begin(beginnings);
            var cells = Cells(trained);
            if (finishes)
            {
                savings.Compare(layers, cells);
                continue;
            }

            // A setting that failed on the way is out; equal ones stay in the order of the manifest.
            var kept = cells.GroupBy(c => c.Key.Task)
                .SelectMany(g => g.OrderBy(c => c.Value).ThenBy(c => c.Key.Variant).Take(keep).Select(c => c.Key))
                .ToHashSet();
            remaining =
            [
                .. remaining.Where(
                    r => kept.Contains((r.Task, r.Variant))
                        || !beginnings.Any(b => b.Task == r.Task)
                        || !cells.Keys.Any(c => c.Task == r.Task)),
            ];
        }

        return remaining;
    }

    private bool Finishes(int number, double share) => new Rng(seed.Derive("finish", number)).NextDouble() < share;

    private CandidateResult Result(LayerSequence layers, IReadOnlyList<TrainedCandidate> done)
    {
        var cells = Cells(done);
        savings.Finish(layers, cells);
        return new CandidateResult(layers, CandidateScore.Of(done.Select(t => t.Trial), trainings.Rule), [.. done], cells);
    }

    private Dictionary<(string Task, int Variant), double> Cells(IEnumerable<TrainedCandidate> trained) => trained
        .GroupBy(t => (t.Result.Task, t.Training.Variant))
        .Select(g => (g.Key, Scores: g.Select(t => trainings.Rule.ScoreOf(t.Result)).ToArray()))
        .Where(g => g.Scores.All(s => s is not null))
        .ToDictionary(g => g.Key, g => g.Scores.Average()!.Value);
}
