using Composer.Architecture.Primitives;
using Composer.Architecture;
using Composer.Architecture.Extrapolation;

namespace Composer.Stages.Extrapolate;

/// <summary>All that an extrapolation sees.</summary>
/// <param name="Extrapolate">What is aimed at, and how.</param>
/// <param name="Input">What it grows from.</param>
public sealed record ExtrapolateInputs(ExtrapolateTarget Extrapolate, ExtrapolateContent Input);

/// <param name="Method">How the order grows.</param>
/// <param name="Size">Parameters without norms and embedding.</param>
/// <param name="Model">The widths.</param>
/// <param name="Depth">Layers of a published model of this size; orders of this depth are not extrapolated.</param>
public sealed record ExtrapolateTarget(ExtrapolationMethod Method, long Size, ModelShape Model, int? Depth);

/// <param name="Aggregate">The small order alone: two searches that aggregate to the same share everything after it.</param>
public sealed record ExtrapolateContent(LayerSequence Aggregate);
