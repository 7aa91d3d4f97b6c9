using Composer.Architecture;
using Composer.Mad.Evaluation;
using Composer.Mad.Prediction;
using Composer.Mad.Scoring;
using Composer.Manifests.Model;
using Composer.Pipeline.Results;
using Composer.Stages.Evaluate;
using Composer.Stages.Experiment;
using Composer.Stages.Search;
using Composer.Store;

namespace Composer.Stages.Prediction;

/// <summary>The trainings behind finished searches that differ in their seeds alone, by order.</summary>
/// <param name="Stage">The searches' name without the seed.</param>
/// <param name="Settings">How they score.</param>
/// <param name="Seeds">Theirs, in turn.</param>
/// <param name="Orders">Those that every search has to the end.</param>
/// <param name="LeftOut">How many that some search tried are not among them: stopped, failed, or not tried by all.</param>
public sealed record SearchedRuns(
    string Stage,
    EvaluateSettings Settings,
    IReadOnlyList<ulong> Seeds,
    IReadOnlyDictionary<LayerSequence, CandidateRuns> Orders,
    int LeftOut)
{
    /// <summary>Repetitions of each order, in all searches together.</summary>
    public int Repetitions => Seeds.Count * Settings.Repetitions;

    /// <summary>Reads the evaluations of the searches' results.</summary>
    /// <param name="searches">At least one; alike but for their seeds.</param>
    /// <param name="store">Where they are.</param>
    /// <returns>Null where evaluations are no longer in the store.</returns>
    public static SearchedRuns? Of(IReadOnlyList<StoredSearch> searches, StageStore store)
    {
        var settings = searches[0].Searched.Manifest.Evaluate;
        var bySearch = new List<Dictionary<LayerSequence, IReadOnlyList<TaskTrial>>>();
        foreach (var search in searches)
        {
            var trials = new Dictionary<LayerSequence, IReadOnlyList<TaskTrial>>();
            foreach (var trial in search.Output.Result.Select(number => search.Output.Trials[number]).Where(t => t.Stopped is null))
            {
                if (TrialsOf(trial, settings.Repetitions, store) is not { } read)
                {
                    return null;
                }

                trials[trial.Layers] = read;
            }

            bySearch.Add(trials);
        }

        var tried = searches.SelectMany(s => s.Output.Trials.Select(t => t.Layers).Where(order => order.Count == s.Output.Layers))
            .ToHashSet();
        var orders = tried.Where(order => bySearch.All(s => s.ContainsKey(order)))
            .Select(order => (order, Runs: new CandidateRuns([.. bySearch.Select(s => s[order])])))
            .Where(o => o.Runs.AreScored && o.Runs.Tasks.Count == settings.Tasks.Count)
            .ToDictionary(o => o.order, o => o.Runs);
        return new SearchedRuns(
            searches[0].WithoutSeed, settings, [.. searches.Select(s => s.Searched.Manifest.Seed)], orders, tried.Count - orders.Count);
    }

    /// <summary>The orders' own scores as a truth for others to predict.</summary>
    public OrderTruth AsTruth() => new(
        Stage,
        Settings.Objective == ScoreObjective.Loss
            ? $"{(Settings.Tasks is [EvaluateSettings.TextTask] ? "validation" : "test")} loss on {string.Join(", ", Settings.Tasks)}"
            : $"1 less the accuracy on {string.Join(", ", Settings.Tasks)}",
        Settings.Objective == ScoreObjective.Loss ? "nats" : "of 1",
        Seeds,
        Orders.Count < 2
            ? new Dictionary<LayerSequence, IReadOnlyList<double>>()
            : Scores());

    private Dictionary<LayerSequence, IReadOnlyList<double>> Scores()
    {
        LayerSequence[] orders = [.. Orders.Keys];
        var scores = Predictors.OwnScores([.. orders.Select(o => Orders[o])], Settings.Rule);
        return orders.Select((order, i) => (order, i)).ToDictionary(
            o => o.order,
            o => (IReadOnlyList<double>)[.. Enumerable.Range(0, scores.Repetitions).Select(r => scores[o.i, r])]);
    }

    /// <summary>
    /// A trial's trainings: task by task as they were done, and in a task setting by setting, each with all its repetitions, also where
    /// settings were left out.
    /// </summary>
    private static IReadOnlyList<TaskTrial>? TrialsOf(TrialOutput trial, int repetitions, StageStore store)
    {
        var results = new List<EvaluationResult>();
        foreach (var key in trial.Evaluations)
        {
            if (store.RecordOf(key) is not { } record || !store.IsUsable(record))
            {
                return null;
            }

            results.Add(EvaluationResult.FromJson(new StageResult(record, store).ReadBytes(EvaluateStage.OutputName)));
        }

        return
        [
            .. results.GroupBy(r => r.Task, StringComparer.Ordinal)
                .SelectMany(task => task.Select((result, i) => new TaskTrial(i / repetitions, i % repetitions, result))),
        ];
    }
}
