namespace Composer.Search.Acquisition;

/// <summary>
/// The logarithm of the expected gain in the area under the front of score and cost, where the cost is known
/// beforehand (expected hypervolume improvement, Emmerich et al. 2006, with one objective without
/// uncertainty): ∫ EI below the best score of at most this cost, over all costs from the candidate's on.
/// </summary>
/// <remarks>Immutable and thread-safe.</remarks>
internal sealed class FrontImprovement
{
    /// <summary>Costs ascending, from 0 to 1, and the best score of what costs at most so much; then the reference.</summary>
    private readonly (double Cost, double Score)[] steps;
    private readonly double end;

    /// <param name="observed">Posterior means and costs of what was tried, at least one.</param>
    /// <param name="greatest">The greatest cost of any order; costs are counted in shares of it.</param>
    public FrontImprovement(IReadOnlyList<(double Cost, double Score)> observed, double greatest)
    {
        Scale = greatest > 0 ? 1 / greatest : 1;
        var reference = observed.Max(o => o.Score);
        var best = reference;
        var front = new List<(double, double)> { (0, reference) };
        foreach (var (cost, score) in observed.OrderBy(o => o.Cost).ThenBy(o => o.Score))
        {
            if (score < best)
            {
                best = score;
                front.Add((cost * Scale, score));
            }
        }

        steps = [.. front];

        // A little beyond the greatest cost, so that the dearest orders too have something to gain.
        end = 1.1;
    }

    private double Scale { get; }

    public double Of(double mean, double deviation, double cost)
    {
        var from = cost * Scale;
        var (greatest, sum) = (double.NegativeInfinity, 0.0);
        for (var i = 0; i < steps.Length; i++)
        {
            var next = i + 1 < steps.Length ? steps[i + 1].Cost : end;
            var width = next - Math.Max(from, steps[i].Cost);
            if (width <= 0)
            {
                continue;
            }

            // ln Σ eᵗ without leaving the range of a double.
            var term = Math.Log(width) + LogExpectedImprovement.Of(mean, deviation, steps[i].Score);
            (greatest, sum) = term > greatest
                ? (term, (sum * Math.Exp(greatest - term)) + 1)
                : (greatest, sum + Math.Exp(term - greatest));
        }

        return greatest + Math.Log(sum);
    }
}
