using System.Collections.Concurrent;
using Composer.Architecture;
using Composer.Mad.Scoring;
using Composer.Stages.Evaluate;

namespace Composer.Stages.Search;

/// <summary>Counts what a search left out.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class SavingsRecorder
{
    private readonly ConcurrentDictionary<LayerSequence, IReadOnlyDictionary<(string Task, int Variant), double>> begun = new();
    private readonly ConcurrentDictionary<LayerSequence, IReadOnlyDictionary<(string Task, int Variant), double>> ended = new();
    private long planned;
    private long beginnings;
    private int lossless;
    private int wilcoxon;

    public void Plan(IEnumerable<CandidateTraining> trainings) => Interlocked.Add(ref planned, trainings.Sum(t => (long)t.Epochs));

    public void Begin(IEnumerable<CandidateTraining> trainings) => Interlocked.Add(ref beginnings, trainings.Sum(t => (long)t.Epochs));

    /// <summary>Settings' scores at the first drop, of a candidate that trains all of them.</summary>
    public void Compare(LayerSequence layers, IReadOnlyDictionary<(string Task, int Variant), double> cells) => begun.TryAdd(layers, cells);

    public void Finish(LayerSequence layers, IReadOnlyDictionary<(string Task, int Variant), double> cells) => ended[layers] = cells;

    public void Stop(StoppedCandidate stopped) =>
        Interlocked.Increment(ref stopped.Reason == StopReason.Lossless ? ref lossless : ref wilcoxon);

    /// <param name="results">Every candidate, stopped or not.</param>
    /// <param name="plan">What was allowed to be left out.</param>
    /// <param name="weights">Of the tasks in a score.</param>
    public SearchSavings Summarize(IReadOnlyCollection<CandidateResult> results, StoppingPlan plan, TaskWeights weights)
    {
        var epochs = beginnings + results.Sum(r => r.Trained.Sum(t => (long)t.Training.Epochs));
        CandidateResult[] whole = [.. results.Where(r => r.Stopped is null && r.Score.Value is not null)];
        return new SearchSavings
        {
            PlannedEpochs = planned,
            Epochs = epochs,
            Saved = planned > 0 ? 1 - ((double)epochs / planned) : 0,
            StoppedLossless = lossless,
            StoppedByWilcoxon = wilcoxon,
            CandidateTau = plan.ByWilcoxon && whole.Length > 1
                ? RankCorrelation.Kendall(
                    [.. whole.Select(r => r.ScoreAfter((r.Score.Tasks.Count + 1) / 2, weights)!.Value)],
                    [.. whole.Select(r => r.Score.Value!.Value)])
                : null,
            SettingTau = SettingTau(),
        };
    }

    private double? SettingTau()
    {
        var correlations = new List<double>();
        foreach (var (layers, early) in begun.OrderBy(b => b.Key.ToString(), StringComparer.Ordinal))
        {
            if (!ended.TryGetValue(layers, out var late))
            {
                continue;
            }

            foreach (var task in early.Keys.Where(late.ContainsKey).GroupBy(k => k.Task).Where(g => g.Count() > 1))
            {
                correlations.Add(RankCorrelation.Kendall([.. task.Select(k => early[k])], [.. task.Select(k => late[k])]));
            }
        }

        return correlations.Count > 0 ? correlations.Average() : null;
    }
}
