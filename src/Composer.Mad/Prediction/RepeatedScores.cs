using Composer.Mad.Scoring;

namespace Composer.Mad.Prediction;

/// <summary>Scores of the same orders in the same repetitions; lower is better.</summary>
/// <remarks>
/// A repetition has data and initial parameters of its own, the same for every order, so that repetitions are drawn whole.
/// Immutable; equal by reference.
/// </remarks>
public sealed class RepeatedScores
{
    private readonly double[][] byOrder;

    /// <param name="byOrder">[orders][repetitions], finite, at least two orders and one repetition.</param>
    /// <exception cref="ArgumentException">They are fewer, or orders differ in their repetitions, or a score is not finite.</exception>
    public RepeatedScores(IEnumerable<IEnumerable<double>> byOrder)
    {
        this.byOrder = [.. byOrder.Select(scores => scores.ToArray())];
        if (this.byOrder.Length < 2 || this.byOrder[0].Length == 0
            || this.byOrder.Any(o => o.Length != this.byOrder[0].Length || !o.All(double.IsFinite)))
        {
            throw new ArgumentException("Two orders or more are needed, each with a finite score in every repetition.", nameof(byOrder));
        }
    }

    /// <summary>How many orders.</summary>
    public int Orders => byOrder.Length;

    /// <summary>How many repetitions each order has.</summary>
    public int Repetitions => byOrder[0].Length;

    /// <summary>One score.</summary>
    public double this[int order, int repetition] => byOrder[order][repetition];

    /// <summary>Each order's mean over the repetitions.</summary>
    public double[] Means() => [.. byOrder.Select(scores => scores.Average())];

    /// <summary>Means over some repetitions of some orders, either given as often as it counts.</summary>
    internal double[] Means(int[] orders, int[] repetitions) =>
        Array.ConvertAll(orders, order => repetitions.Average(repetition => byOrder[order][repetition]));

    /// <summary>The scores of one repetition.</summary>
    public double[] Of(int repetition) => Array.ConvertAll(byOrder, scores => scores[repetition]);

    /// <summary>How far the repetitions agree on the order; null of one repetition.</summary>
    public Reliability? Reliability()
    {
        if (Repetitions < 2)
        {
            return null;
        }

        var (sum, pairs) = (0.0, 0);
        for (var i = 0; i < Repetitions; i++)
        {
            for (var j = 0; j < i; j++)
            {
                sum += RankCorrelation.Spearman(Of(i), Of(j));
                pairs++;
            }
        }

        return Prediction.Reliability.Of(sum / pairs, Repetitions);
    }
}
