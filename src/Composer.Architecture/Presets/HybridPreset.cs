namespace Composer.Architecture.Presets;

/// <summary>A published hybrid as an order of this project's layers: what it mixes, and how often.</summary>
/// <param name="Name">Such as <c>samba</c>; unique.</param>
/// <param name="Pattern">What repeats, a small order that is scaled to any size.</param>
/// <param name="Published">The released model's whole order.</param>
/// <param name="Model">The released model that it is the order of.</param>
/// <param name="Source">The paper or configuration that says so.</param>
/// <param name="Differs">What the released model's layers have beyond this project's; empty where nothing is named.</param>
/// <remarks>
/// The order alone is taken over, not the widths: a layer is this project's, as <see cref="Primitives.Primitive"/> says of
/// its symbol. An immutable value.
/// </remarks>
public sealed record HybridPreset(
    string Name,
    LayerSequence Pattern,
    LayerSequence Published,
    string Model,
    string Source,
    string Differs);
