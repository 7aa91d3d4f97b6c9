using System.Globalization;
using Composer.Core.Text;
using Composer.Search.Confirmation;

namespace Composer.Stages.Aggregate;

/// <summary>What came of a confirmation, in words.</summary>
public static class ConfirmationText
{
    /// <summary>Such as <c>not the 6M that was {verb} (64th of 64): 0.4953 ± 0.0210 worse in 3 fresh runs</c>.</summary>
    /// <param name="confirmation">With the proposed order first.</param>
    /// <param name="clusters">All clusters of the search's scores.</param>
    /// <param name="isVote">Whether the order was voted, and not a candidate or what a surrogate expects least of.</param>
    public static string Of(ConfirmationOutput confirmation, IReadOnlyList<ClusterOutput> clusters, bool isVote = true)
    {
        var verb = isVote ? "voted" : "proposed";
        var proposed = confirmation.Orders[0];
        var runs = CountText.Of(proposed.Runs.Count, "fresh run");
        var instead = $"not the {proposed.Layers.Notation} that was voted ({PlaceOf(proposed, clusters)})";
        return confirmation.Verdict switch
        {
            ConfirmationVerdict.Best => $"as {verb}, the best in {runs}",
            ConfirmationVerdict.WithinNoise => $"as {verb}, {Difference(confirmation)} from the best in {runs}",
            ConfirmationVerdict.Worse => $"{instead}: {Difference(confirmation)} worse in {runs}",
            ConfirmationVerdict.Failed => $"{instead}: it failed in {runs}",
            _ => $"{instead}: no order came through {runs}",
        };
    }

    /// <summary>Such as <c>64th of 64</c>.</summary>
    public static string PlaceOf(ConfirmedOrderOutput order, IReadOnlyList<ClusterOutput> clusters) => order.Rank is { } rank
        ? string.Create(CultureInfo.InvariantCulture, $"{Ordinal(rank)} of {clusters.Sum(c => c.Members.Count)}")
        : "not tried by the search";

    private static string Difference(ConfirmationOutput confirmation) => string.Create(
        CultureInfo.InvariantCulture, $"{confirmation.Difference:0.0000}{(confirmation.Noise is { } noise ? $" ± {noise:0.0000}" : "")}");

    private static string Ordinal(int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{number}{(number % 100 is 11 or 12 or 13 ? "th" : (number % 10) switch
        {
            1 => "st",
            2 => "nd",
            3 => "rd",
            _ => "th",
        })}");
}
