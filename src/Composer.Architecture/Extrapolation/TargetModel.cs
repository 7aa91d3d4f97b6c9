using Composer.Architecture.Presets;

namespace Composer.Architecture.Extrapolation;

/// <summary>The size and widths that an extrapolation aims at; baselines have the same widths.</summary>
/// <param name="Size">The nominal size.</param>
/// <param name="Shape">The widths.</param>
/// <param name="Depth">Layers at which an order is at size already; null where the size is no published one.</param>
public sealed record TargetModel(ModelSize Size, ModelShape Shape, int? Depth);
