namespace Composer.Architecture.Extrapolation;

/// <summary>A large order of layers, and how it came about.</summary>
/// <param name="Layers">The large order.</param>
/// <param name="Method">The rule that was applied; <see cref="ExtrapolationMethod.Identity"/> when the order stayed.</param>
/// <param name="Scale">s = M/m, exact.</param>
/// <param name="SmallParameters">m: parameters of the small order at the target's width, layers only.</param>
/// <param name="TargetParameters">M: the nominal size.</param>
/// <param name="LayerParameters">What the large order has, layers only.</param>
/// <param name="Explanation">The rule with its numbers, for people.</param>
/// <param name="Warning">What a user should know before training it, or null.</param>
public sealed record ExtrapolationResult(
    LayerSequence Layers,
    ExtrapolationMethod Method,
    Rational Scale,
    long SmallParameters,
    long TargetParameters,
    long LayerParameters,
    string Explanation,
    string? Warning);
