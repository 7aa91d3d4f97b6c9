using System.Globalization;
using Composer.Architecture;
using Composer.Core;
using Composer.Core.Code;
using Composer.Manifests.Model;
using Composer.Pipeline.Keys;
using Composer.Pipeline.Progress;
using Composer.Search;
using Composer.Store;

namespace Composer.Pipeline.Stages.Search;

/// <summary>Proposes candidates, has them scored, and keeps the trials.</summary>
/// <remarks>
/// Trials are a function of the manifest's fields and the seed: a search that was stopped proposes the same
/// again and finds what was evaluated in the store.
/// </remarks>
internal sealed class SearchStage : Stage, ICountsEvaluations
{
    private readonly ExperimentManifest manifest;
    private readonly Lazy<EvaluationRequests> requests;
    private readonly Lazy<TextTask?> text;

    public SearchStage(string name, ExperimentManifest manifest, Workspace workspace)
        : base(name, StageKind.Search, [])
    {
        this.manifest = manifest;
        text = new Lazy<TextTask?>(() => TextTask.Of(manifest, workspace));
        requests = new Lazy<EvaluationRequests>(() => new EvaluationRequests(manifest, text.Value));
    }

    public override string Description
    {
        get
        {
            var space = new SearchSpace(manifest.Search.Layers, Primitives);
            var orders = space.Size == long.MaxValue ? "" : string.Create(CultureInfo.InvariantCulture, $", {space.Size:N0} orders");
            return string.Create(CultureInfo.InvariantCulture, $"{manifest.Search.Strategy}, {CountText.Of(manifest.Search.Layers, "layer")}{orders}");
        }
    }

    /// <summary>The experiment of the stage's point and variant.</summary>
    public ExperimentManifest Manifest => manifest;

    public string EvaluationDescription => string.Create(
        CultureInfo.InvariantCulture, $"{CountText.Of(manifest.Evaluate.Tasks.Count, "task")}, {CountText.Of(manifest.Evaluate.Epochs, "epoch")} of {manifest.Evaluate.Samples}");

    private IEnumerable<char> Primitives => manifest.Search.Primitives.Select(p => p[0]);

    private ISearchStrategy Strategy => SearchPlan.Strategy(manifest.Search, manifest.Aggregate);

    private Study NewStudy => SearchPlan.Study(manifest);

    public override Preimage BuildPreimage(IStageResults results, StageStore store)
    {
        var search = manifest.Search;
        var key = Preimage.Of(Kind)
            .Add("seed", new Seed(manifest.Seed))
            .Add("code", StageCode.Search(manifest))
            .Add("hardware", HardwarePolicy.Cpu)
            .Add("search.strategy", search.Strategy)
            .Add("search.layers", search.Layers)
            .Add("search.primitives", search.Primitives)
            .AddShape("search.model", EvaluationPlan.Shape(search.Model));
        SearchPlan.AddFields(key, search, manifest.Aggregate);
        StoppingPlan.AddFields(key, manifest);
        return key.AddEvaluation(manifest, text.Value).Build();
    }

    [CodeRoot("search")]
    public override async Task<StageOutcome> ComputeAsync(StageExecution execution, CancellationToken cancellation)
    {
        var strategy = Strategy;
        var study = NewStudy;
        var plan = StoppingPlan.Of(manifest);
        var savings = new SavingsRecorder();
        var evaluated = new Dictionary<LayerSequence, CandidateResult>();
        var failures = new Dictionary<LayerSequence, string>();
        await using var evaluator = new CandidateEvaluator(requests.Value, execution);
        var scoring = new CandidateScoring(manifest, requests.Value, evaluator, savings);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var progress = new SearchProgressReport(execution, strategy, study);
        evaluator.Progressed = progress.Evaluating;
        while (true)
        {
            if (study.Pending.Count == 0)
            {
                study = study.Propose(strategy.Suggest(study, SearchPlan.BatchOf(manifest)));
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
                await CandidateEvaluator.SettleAsync(stop, running.Select(r => r.Result)).ConfigureAwait(false);
                throw;
            }
        }

        if (study.Completed.Count == 0)
        {
            return StageOutcome.Failed($"no candidate has a score; the first failure: {failures.Values.FirstOrDefault()}", failsAlike: true);
        }

        study = await ReplicateAsync(study, strategy, new FreshScores(requests.Value, evaluator), stop).ConfigureAwait(false);
        return StageOutcome.Done()
            .With(SearchOutput.Name, Output(study, strategy, evaluated, failures))
            .WithBeside(SearchSavings.Name, savings.Summarize(evaluated.Values, plan));

        async Task<CandidateResult> ScoreAsync(Trial trial, IReadOnlyList<CandidateResult> known)
        {
            var result = await scoring.ScoreAsync(trial.Sequence, trial.Number, known, stop.Token).ConfigureAwait(false);
            progress.Scored(trial.Sequence, result.Stopped is null ? result.Score.Value : null);
            return result;
        }
    }

    /// <summary>Runs the best again, all of them side by side; a run that fails is left out.</summary>
    private async Task<Study> ReplicateAsync(Study study, ISearchStrategy strategy, FreshScores fresh, CancellationTokenSource stop)
    {
        var replication = SearchPlan.Replication(manifest.Search);
        var running = replication.Wanted(strategy.Result(study))
            .Select(trial => (trial.Number, Runs: fresh.ScoresAsync(trial.Sequence, first: 1, replication.Seeds - 1, stop.Token)))
            .ToList();
        try
        {
            foreach (var (number, runs) in running)
            {
                var scores = (await runs.ConfigureAwait(false)).Scores.OfType<double>().Where(double.IsFinite).ToList();
                study = scores.Count > 0 ? study.Replicate(number, scores) : study;
            }
        }
        catch
        {
            await CandidateEvaluator.SettleAsync(stop, running.Select(r => r.Runs)).ConfigureAwait(false);
            throw;
        }

        return study;
    }

    public override IEnumerable<Digest> KeysBehind(StageResult result) => KeysBehind(result.Read<SearchOutput>(SearchOutput.Name));

    public override string Summarize(StageResult result)
    {
        var output = result.Read<SearchOutput>(SearchOutput.Name);
        var best = output.Trials.Where(t => t.Score is not null).MinBy(t => t.Score)!;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{CountText.Of(output.Trials.Count, "trial")}, best {LayerSequence.Parse(best.Layers).Notation} at {best.Score:0.0000}");
    }

    public (int Present, int All)? CountEvaluations(StageStore store, StageResult? hit)
    {
        if (hit is not null)
        {
            var keys = KeysBehind(hit).ToArray();
            return (keys.Count(store.Contains), keys.Length);
        }

        if (manifest.Search.Strategy != "exhaustive")
        {
            return null;
        }

        var candidates = Strategy.Suggest(NewStudy, int.MaxValue);
        return (candidates.SelectMany(order => requests.Value.Of(order)).Count(r => store.Contains(r.Preimage.Key)), candidates.Count * requests.Value.PerCandidate);
    }

    internal static IEnumerable<Digest> KeysBehind(SearchOutput output) =>
        output.Trials.SelectMany(t => t.Evaluations).Distinct().Select(Digest.Parse);

    private SearchOutput Output(
        Study study,
        ISearchStrategy strategy,
        Dictionary<LayerSequence, CandidateResult> evaluated,
        Dictionary<LayerSequence, string> failures)
    {
        var variants = EvaluationPlan.Variants(manifest.Evaluate).ToArray();
        return new SearchOutput
        {
            Strategy = manifest.Search.Strategy,
            Layers = manifest.Search.Layers,
            Primitives = manifest.Search.Primitives,
            Objective = manifest.Evaluate.Objective,
            Score = manifest.Evaluate.Score,
            Trials = [.. study.Trials.Select(Trial)],
            Result = [.. strategy.Result(study).Select(t => t.Number)],
            Objectives = manifest.Search.Objectives,
        };

        TrialOutput Trial(Trial trial) => new()
        {
            Number = trial.Number,
            Layers = trial.Sequence.ToString(),
            Score = trial.Status == TrialStatus.Complete ? trial.Score : null,
            Runs = trial.Runs,
            Variance = trial.Variance,
            Stopped = evaluated.GetValueOrDefault(trial.Sequence)?.Stopped?.Reason,
            Predicted = trial.Status == TrialStatus.Stopped ? trial.Score : null,
            KvCache = SearchPlan.KvCache(manifest.Search, trial.Sequence),
            Failure = trial.Score is null ? failures.GetValueOrDefault(trial.Sequence) : null,
            Tasks = evaluated.TryGetValue(trial.Sequence, out var candidate) && (trial.Score is not null || candidate.Stopped is not null)
                ? [.. candidate.Score!.Tasks.Select(t => new TaskOutput(
                    t.Task,
                    t.Value,
                    t.Variant is { } v ? variants[v].LearningRate : null,
                    t.Variant is { } w ? variants[w].WeightDecay : null))]
                : [],
            Evaluations = candidate is null ? [] : [.. candidate.Evaluations.Select(e => e.Preimage.Key.ToString())],
        };
    }
}
