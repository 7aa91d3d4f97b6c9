namespace Composer.Search.Analysis;

/// <summary>What the choice of one layer does to the predicted score.</summary>
/// <param name="Position">The layer, from 0 at the input.</param>
/// <param name="Deviation">
/// √E[Var(μ | all other layers)]: how much the predicted score varies when only this layer does; units of the score.
/// </param>
/// <param name="Share">
/// That variance over the variance of all predictions: Sobol's total-effect index. Shares add up to more
/// than 1 where layers interact. 0 where nothing varies.
/// </param>
/// <param name="MeanByPrimitive">
/// For each primitive of the space, in its order: the mean predicted score with it here, all other layers
/// free, less the mean over the primitives. Negative is good.
/// </param>
public sealed record PositionEffect(
    int Position, double Deviation, double Share, IReadOnlyList<(char Primitive, double Effect)> MeanByPrimitive);
