namespace Composer.Reporting.Statistics;

/// <summary>How one model differs from another: the mean over pairs that share all but the model, with its 95 % interval.</summary>
/// <param name="Mean">Of the differences; each of them is one of the interval's independent values.</param>
/// <param name="Pairs">How many trainings of each were compared; more than the interval's values where several share a seed.</param>
internal readonly record struct PairedDifference(MeanInterval Mean, int Pairs)
{
    /// <summary>What is said of one pair.</summary>
    public const string OnePair = "can't tell";

    /// <summary>What is said where the interval holds zero.</summary>
    public const string NotToldApart = "not told apart";

    /// <summary>Whether the interval holds no zero.</summary>
    public bool IsTold => Mean.Half is { } half && Math.Abs(Mean.Mean) > half;

    /// <summary><c>better</c>, <c>worse</c>, <c>not told apart</c>, or why it can't be told.</summary>
    /// <param name="lowerIsBetter">Whether less of it is better, as of a loss.</param>
    public string Verdict(bool lowerIsBetter) =>
        Mean.Count == 0 ? "no pair"
        : !double.IsFinite(Mean.Mean) ? "can't be compared"
        : Mean.Half is null ? OnePair
        : !IsTold ? NotToldApart
        : Mean.Mean < 0 == lowerIsBetter ? "better" : "worse";
}
