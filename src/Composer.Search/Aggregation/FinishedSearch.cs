using Composer.Architecture;
using Composer.Core;
using Composer.Search.Confirmation;

namespace Composer.Search.Aggregation;

/// <summary>A search that is over.</summary>
/// <param name="Space">Where it looked.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Trials">The completed trials of its result.</param>
public sealed record FinishedSearch(SearchSpace Space, Seed Seed, IReadOnlyList<Trial> Trials)
{
    /// <summary>Fresh runs that its aggregation had, by order; none where it had none.</summary>
    public IReadOnlyDictionary<LayerSequence, FreshRuns> Fresh { get; init; } = new Dictionary<LayerSequence, FreshRuns>();

    /// <summary>The score of an order; null where it was not tried to the end.</summary>
    public double? ScoreOf(LayerSequence order) => Trials.FirstOrDefault(trial => trial.Sequence == order)?.Score;

    /// <summary>How far an order's score lies above the best, in deviations of the search's scores; null when it was not tried.</summary>
    public double? RegretOf(LayerSequence order)
    {
        if (ScoreOf(order) is not { } score)
        {
            return null;
        }

        var deviation = Deviation();
        return deviation > 0 ? (score - Trials.Min(trial => trial.Score!.Value)) / deviation : 0;
    }

    /// <summary>The mean regret of all trials: what an order drawn from them has.</summary>
    public double MeanRegret()
    {
        var deviation = Deviation();
        return deviation > 0
            ? (Trials.Average(trial => trial.Score!.Value) - Trials.Min(trial => trial.Score!.Value)) / deviation
            : 0;
    }

    private double Deviation()
    {
        var mean = Trials.Average(trial => trial.Score!.Value);
        return Math.Sqrt(Trials.Average(trial => (trial.Score!.Value - mean) * (trial.Score!.Value - mean)));
    }
}
