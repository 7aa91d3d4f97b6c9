using Composer.Architecture;
using Composer.Architecture.Aggregation;
using Composer.Architecture.Widths;
using Composer.Core.Code;
using Composer.Pipeline.Jobs;
using Composer.Mad.Scoring;
using Composer.Search;
using Composer.Stages.Evaluate;

namespace Composer.Stages.Search;

/// <summary>Proposes, has trained, and proposes again.</summary>
internal static class SearchComputation
{
    [CodeRoot("search")]
    public static async Task<JobOutcome> ComputeAsync(SearchInputs inputs, JobTools tools, CancellationToken cancellation)
    {
        var strategy = StrategyOf(inputs);
        var study = inputs.Search.Study(inputs.Seed);
        var progress = new SearchProgressReport(tools.Report, strategy, study);
        var trainings = TrainingsOf(inputs);
        var trainer = new CandidateTrainer(tools) { Progressed = progress.Evaluating };
        var savings = new SavingsRecorder();
        var evaluated = new Dictionary<LayerSequence, CandidateResult>();
        var failures = new Dictionary<LayerSequence, string>();
        var scoring = new CandidateScoring(inputs, trainings, trainer, savings);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        while (true)
        {
            if (study.Pending.Count == 0)
            {
                study = study.Propose(strategy.Suggest(study, inputs.Search.Batch == 0 ? int.MaxValue : inputs.Search.Batch));
            }

            if (study.Pending.Count == 0)
            {
                break;
            }

            progress.Proposed(study);
            CandidateResult[] known = [.. study.Completed.Select(trial => evaluated[trial.Sequence])];
            var running = study.Pending.Select(trial => (trial.Number, Result: ScoreAsync(trial, known))).ToList();
            try
            {
                foreach (var (number, result) in running)
                {
                    var candidate = await result.ConfigureAwait(false);
                    evaluated[candidate.Layers] = candidate;
                    if (candidate.Stopped is { } stopped)
                    {
                        study = study.Stop(number, stopped.Predicted, stopped.Variance);
                    }
                    else if (candidate.Score.Value is { } value)
                    {
                        study = study.Complete(number, value);
                    }
                    else
                    {
                        failures[candidate.Layers] = candidate.Score.Failure ?? "no score";
                        study = study.Fail(number);
                    }
                }
            }
            catch
            {
                await CandidateTrainer.SettleAsync(stop, running.Select(r => r.Result)).ConfigureAwait(false);
                throw;
            }
        }

        if (study.Completed.Count == 0)
        {
            return JobOutcome.Failed($"no candidate has a score; the first failure: {failures.Values.FirstOrDefault()}", failsAlike: true);
        }

        study = await ReplicateAsync(
            inputs.Search.Replicates, study, strategy, new FreshRunScores(trainings, trainer), stop).ConfigureAwait(false);
        return JobOutcome.Done()
            .With(SearchOutput.Name, Output(inputs, study, strategy, evaluated, failures, trainings.Rule))
            .WithBeside(
                SearchSavings.Name,
                savings.Summarize(evaluated.Values, inputs.Stopping ?? StoppingPlan.None, trainings.Rule.Weights));

        async Task<CandidateResult> ScoreAsync(Trial trial, IReadOnlyList<CandidateResult> known)
        {
            var result = await scoring.ScoreAsync(trial.Sequence, trial.Number, known, stop.Token).ConfigureAwait(false);
            progress.Scored(trial.Sequence, result.Stopped is null ? result.Score.Value : null);
            return result;
        }
    }

    /// <summary>Runs the best again, all of them side by side; a run that fails is left out.</summary>
    private static async Task<Study> ReplicateAsync(
        Replication replication, Study study, ISearchStrategy strategy, FreshRunScores fresh, CancellationTokenSource stop)
    {
        var running = replication.Wanted(strategy.Result(study))
            .Select(trial => (trial.Number, Runs: fresh.ScoresAsync(trial.Sequence, first: 1, replication.Seeds - 1, stop.Token)))
            .ToList();
        try
        {
            foreach (var (number, runs) in running)
            {
                var scores = (await runs.ConfigureAwait(false)).Runs.Scores.OfType<double>().Where(double.IsFinite).ToList();
                study = scores.Count > 0 ? study.Replicate(number, scores) : study;
            }
        }
        catch
        {
            await CandidateTrainer.SettleAsync(stop, running.Select(r => r.Runs)).ConfigureAwait(false);
            throw;
        }

        return study;
    }

    public static ISearchStrategy StrategyOf(SearchInputs inputs) =>
        inputs.Search.CreateStrategy(inputs.Aggregate ?? AggregationSettings.Default, Environment.ProcessorCount);

    public static CandidateTrainings TrainingsOf(SearchInputs inputs) =>
        new(inputs.Evaluate, inputs.Search.CandidateShape, inputs.Seed, inputs.Input?.Text);

    private static SearchOutput Output(
        SearchInputs inputs,
        Study study,
        ISearchStrategy strategy,
        Dictionary<LayerSequence, CandidateResult> evaluated,
        Dictionary<LayerSequence, string> failures,
        ScoringRule rule)
    {
        var variants = inputs.Evaluate.Variants.ToArray();
        return new SearchOutput
        {
            Strategy = inputs.Search.Strategy,
            Layers = inputs.Search.Layers,
            Primitives = inputs.Search.Primitives,
            Objective = inputs.Evaluate.Objective,
            Score = inputs.Evaluate.Score,
            Trials = [.. study.Trials.Select(Trial)],
            Result = [.. strategy.Result(study).Select(t => t.Number)],
            Objectives = inputs.Search.Objectives,
            Length = inputs.Search.Constraints.Length,
            LayerCosts = LayerCost.Of(
                inputs.Search.CandidateShape, inputs.Search.Primitives.Select(p => p[0]), inputs.Search.Constraints.Length),
        };

        TrialOutput Trial(Trial trial) => new()
        {
            Number = trial.Number,
            Layers = trial.Sequence,
            Score = trial.Status == TrialStatus.Complete ? trial.Score : null,
            Runs = trial.Runs,
            Variance = trial.Variance,
            Stopped = evaluated.GetValueOrDefault(trial.Sequence)?.Stopped?.Reason,
            Predicted = trial.Status == TrialStatus.Stopped ? trial.Score : null,
            KvCache = inputs.Search.KvCache(trial.Sequence),
            Flops = inputs.Search.Flops(trial.Sequence),
            Failure = trial.Score is null ? failures.GetValueOrDefault(trial.Sequence) : null,
            Tasks = evaluated.TryGetValue(trial.Sequence, out var candidate) && (trial.Score is not null || candidate.Stopped is not null)
                ? [.. candidate.Score.Tasks.Select(t => new TaskOutput(
                    t.Task,
                    t.Value,
                    t.Variant is { } v ? variants[v].LearningRate : null,
                    t.Variant is { } w ? variants[w].WeightDecay : null)
                {
                    Repetitions = candidate.RepetitionsOf(t, rule),
                    Lengths = candidate.LengthsOf(t),
                    Weight = rule.Weights[t.Task] is not 1 and var weight ? weight : null,
                })]
                : [],
            Evaluations = candidate is null ? [] : [.. candidate.Trained.Select(t => t.Key)],
        };
    }
}
