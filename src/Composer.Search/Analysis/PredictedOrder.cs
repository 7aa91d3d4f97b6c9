using Composer.Architecture;

namespace Composer.Search.Analysis;

/// <summary>An order, tried or not, and what the surrogate says of it.</summary>
/// <param name="Sequence">The order.</param>
/// <param name="Mean">The score that is predicted.</param>
/// <param name="Deviation">Standard deviation of the prediction, without a trial's noise.</param>
public sealed record PredictedOrder(LayerSequence Sequence, double Mean, double Deviation);
