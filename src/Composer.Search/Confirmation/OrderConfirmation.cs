using Composer.Architecture;

namespace Composer.Search.Confirmation;

/// <summary>
/// Whether an order that an aggregation proposes is as good as the candidates that it was made of, by runs that had no
/// part in the proposal.
/// </summary>
/// <param name="Taken">The order to go on with.</param>
/// <param name="Verdict">Why.</param>
/// <param name="Noise">
/// The standard error of the difference of two orders' means over the same r runs, σ√(2/r); σ² is the residual variance
/// of scores by order and run, pooled over all orders: Σ(sᵢₖ − s̄ᵢ − s̄ₖ + s̄)²/((n − 1)(r − 1)). Null with fewer than two
/// orders or two runs.
/// </param>
/// <param name="Best">The best of the others; null when none came through.</param>
/// <param name="Difference">The proposed order's mean less that of the best of the others; null when either failed.</param>
public sealed record OrderConfirmation(
    LayerSequence Taken, ConfirmationVerdict Verdict, double? Noise, LayerSequence? Best, double? Difference)
{
    /// <summary>Decides.</summary>
    /// <param name="proposed">The order that the aggregation made.</param>
    /// <param name="members">The candidates beside it, best first by the scores that the aggregation saw; at least one, none of them the
    /// proposed.</param>
    /// <remarks>The proposed order stays where its mean is at most the noise above the best of the others.</remarks>
    public static OrderConfirmation Of(FreshRuns proposed, IReadOnlyList<FreshRuns> members)
    {
        if (members.Count == 0 || members.Any(m => m.Layers == proposed.Layers))
        {
            throw new ArgumentException("There is nothing to compare the order with, or the order itself.", nameof(members));
        }

        var noise = NoiseOf([proposed, .. members]);
        var best = members.Where(m => m.Mean is not null).MinBy(m => m.Mean);
        if (proposed.Mean is not { } mean)
        {
            return best is null
                ? new OrderConfirmation(members[0].Layers, ConfirmationVerdict.Untold, noise, null, null)
                : new OrderConfirmation(best.Layers, ConfirmationVerdict.Failed, noise, best.Layers, null);
        }

        if (best is null)
        {
            return new OrderConfirmation(proposed.Layers, ConfirmationVerdict.Best, noise, null, null);
        }

        var difference = mean - best.Mean!.Value;
        var verdict = difference <= 0 ? ConfirmationVerdict.Best
            : difference <= (noise ?? 0) ? ConfirmationVerdict.WithinNoise
            : ConfirmationVerdict.Worse;
        return new OrderConfirmation(
            verdict == ConfirmationVerdict.Worse ? best.Layers : proposed.Layers, verdict, noise, best.Layers, difference);
    }

    private static double? NoiseOf(IEnumerable<FreshRuns> orders)
    {
        var scores = orders.Where(o => o.Mean is not null).Select(o => o.Scores.Select(s => s!.Value).ToArray()).ToArray();
        if (scores.Length < 2 || scores[0].Length < 2)
        {
            return null;
        }

        var (n, r) = (scores.Length, scores[0].Length);
        var byOrder = scores.Select(s => s.Average()).ToArray();
        var byRun = Enumerable.Range(0, r).Select(k => scores.Average(s => s[k])).ToArray();
        var all = byOrder.Average();
        var squares = scores.Select((s, i) => s.Select((score, k) => Square(score - byOrder[i] - byRun[k] + all)).Sum()).Sum();
        return Math.Sqrt(squares / ((n - 1) * (r - 1)) * 2 / r);

        static double Square(double x) => x * x;
    }
}
