using Composer.Reporting.Statistics;

namespace Composer.Reporting.IsoFlops;

/// <summary>The losses of one model at one budget over its size.</summary>
/// <param name="Flops">The budget that the trainings took, their geometric mean.</param>
/// <param name="Points">By number of parameters; sizes that come to one number stand together.</param>
internal sealed record IsoFlopCurve(double Flops, IReadOnlyList<IsoFlopPoint> Points)
{
    /// <summary>Loss over ln N; null of fewer than three sizes, or where a loss is not finite.</summary>
    public Parabola? Fit { get; } = Parabola.Fit([.. Points.Select(p => (Math.Log(p.Parameters), p.Loss.Mean))]);

    /// <summary>What can be said of the minimum.</summary>
    public IsoFlopMinimum Minimum =>
        Fit is not { } fit ? IsoFlopMinimum.TooFewSizes
        : !fit.IsConvex ? IsoFlopMinimum.None
        : fit.Vertex < Math.Log(Points[0].Parameters) ? IsoFlopMinimum.Below
        : fit.Vertex > Math.Log(Points[^1].Parameters) ? IsoFlopMinimum.Above
        : IsoFlopMinimum.Inside;

    /// <summary>Parameters at the minimum; null unless it lies among the sizes that were measured.</summary>
    public double? Optimum => Minimum == IsoFlopMinimum.Inside ? Math.Exp(Fit!.Value.Vertex) : null;

    /// <summary>The same curve with other losses of its points, in their order.</summary>
    public IsoFlopCurve With(IEnumerable<double> losses) =>
        new(Flops, [.. Points.Zip(losses, (p, loss) => p with { Loss = MeanInterval.Of(loss) })]);
}

/// <param name="Parameters">All that are trained, embedding and norms too.</param>
/// <param name="Loss">Over trainings or seeds.</param>
/// <param name="Units">Each training's or seed's, by its number.</param>
internal sealed record IsoFlopPoint(double Parameters, MeanInterval Loss, IReadOnlyDictionary<string, double> Units);

/// <summary>Where a curve's minimum lies.</summary>
internal enum IsoFlopMinimum
{
    Inside,

    /// <summary>At fewer parameters than were measured.</summary>
    Below,

    /// <summary>At more parameters than were measured.</summary>
    Above,

    /// <summary>The parabola opens downwards.</summary>
    None,

    TooFewSizes,
}
