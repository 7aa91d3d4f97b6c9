namespace Composer.Search;

/// <summary>What no other beats in both score and cost.</summary>
public static class Front
{
    /// <summary>The front in ascending cost, each with a lower score than all before it; of equals the first is taken.</summary>
    /// <param name="items">Trials, each with a score.</param>
    /// <param name="cost">What one costs; lower is better.</param>
    /// <param name="score">Its score; lower is better.</param>
    public static IReadOnlyList<T> Of<T>(IEnumerable<T> items, Func<T, double> cost, Func<T, double> score)
    {
        var front = new List<T>();
        foreach (var item in items.OrderBy(cost).ThenBy(score))
        {
            if (front.Count == 0 || score(item) < score(front[^1]))
            {
                front.Add(item);
            }
        }

        return front;
    }
}
