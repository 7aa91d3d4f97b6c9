using Composer.Architecture;

namespace Composer.Search;

/// <summary>The trials that no other beats in both score and cost.</summary>
public static class Front
{
    /// <summary>Completed trials in ascending cost, each with a lower score than all before it.</summary>
    /// <param name="trials">Trials; those without a score are left out.</param>
    /// <param name="cost">What an order costs; lower is better.</param>
    public static IReadOnlyList<Trial> Of(IEnumerable<Trial> trials, Func<LayerSequence, double> cost)
    {
        var front = new List<Trial>();
        foreach (var trial in trials
            .Where(trial => trial.Status == TrialStatus.Complete)
            .OrderBy(trial => cost(trial.Sequence))
            .ThenBy(trial => trial.Score)
            .ThenBy(trial => trial.Number))
        {
            if (front.Count == 0 || trial.Score < front[^1].Score)
            {
                front.Add(trial);
            }
        }

        return front;
    }
}
