using Composer.Core;

namespace Composer.Architecture.Primitives;

/// <summary>Draws the next initial values of a tensor, in row-major order; asked for some at a time.</summary>
/// <param name="rng">The tensor's own stream.</param>
/// <param name="values">To overwrite.</param>
public delegate void TensorFill(Rng rng, Span<float> values);
