namespace Composer.Language.Pretraining;

/// <summary>
/// The training curve as it grows: means over equally many steps a point. When it is full, neighbours become
/// one, so what it holds after a step depends on the steps alone and never on how many will follow.
/// </summary>
internal sealed class TrainingCurve
{
    /// <summary>Points at most; even, so that each has a neighbour.</summary>
    public const int MostPoints = 400;

    /// <summary>Steps of a point, a power of two.</summary>
    public long StepsPerPoint { get; set; } = 1;

    public List<CurvePoint> Points { get; init; } = [];

    /// <summary>Sums over the steps since the last point.</summary>
    public double LossSum { get; set; }

    public double NormSum { get; set; }

    public int SummedSteps { get; set; }

    /// <summary>Takes a step's loss, its gradient norm and its rate.</summary>
    public void Add(long step, long tokens, double loss, double norm, double rate)
    {
        LossSum += loss;
        NormSum += norm;
        SummedSteps++;
        if (SummedSteps < StepsPerPoint)
        {
            return;
        }

        Points.Add(Open(step, tokens, rate));
        (LossSum, NormSum, SummedSteps) = (0, 0, 0);
        if (Points.Count == MostPoints)
        {
            Halve();
        }
    }

    /// <summary>The points, and one over the steps since the last.</summary>
    public IReadOnlyList<CurvePoint> Finish(long step, long tokens, double rate) =>
        SummedSteps == 0 ? Points : [.. Points, Open(step, tokens, rate)];

    private CurvePoint Open(long step, long tokens, double rate) => new(step, tokens, LossSum / SummedSteps, NormSum / SummedSteps, rate);

    private void Halve()
    {
        for (var i = 0; i < Points.Count / 2; i++)
        {
            var (one, other) = (Points[2 * i], Points[(2 * i) + 1]);
            Points[i] = other with { Loss = (one.Loss + other.Loss) / 2, GradientNorm = (one.GradientNorm + other.GradientNorm) / 2 };
        }

        Points.RemoveRange(Points.Count / 2, Points.Count / 2);
        StepsPerPoint *= 2;
    }
}
