using System.Globalization;
using System.Numerics;
using Composer.Architecture.Costs;
using Composer.Architecture.Notation;
using Composer.Architecture.Primitives;
using Composer.Core.Diagnostics;

namespace Composer.Architecture.Extrapolation;

/// <summary>
/// Scales an order of layers to a size: stacking and stretching (Composer, section 2.4),
/// in exact arithmetic.
/// </summary>
/// <remarks>
/// s = M/m, where m counts the small order's parameters at the target's width, without norms and
/// embedding, and M is the target's nominal size. Two cases leave the order as it is: it has the target's
/// depth already, as the paper's 32-layer orders at 1B; or s ≤ 1, since no rule of the paper takes layers
/// away (its 32-layer rows have s = .92 to .99).
/// </remarks>
public static class Extrapolator
{
    /// <summary>The code of the diagnostic for a target that no order of layers can have.</summary>
    public const string TooManyLayersCode = "CMP2001";

    /// <summary>The code of the diagnostic for widths that cannot be built.</summary>
    public const string InvalidShapeCode = "CMP2002";

    /// <summary>The large order for a small one.</summary>
    /// <param name="small">The small order.</param>
    /// <param name="method">How.</param>
    /// <param name="targetShape">The target's widths.</param>
    /// <param name="targetParameters">M, the target's nominal size, at least 1.</param>
    /// <param name="targetDepth">The target's depth where it has one: an order of that depth stays as it is.</param>
    /// <param name="registry">The primitives; A and M when null.</param>
    /// <exception cref="UserInputException">
    /// The result would have more than <see cref="LayerSequence.MaximumLayers"/> layers, or the widths are wrong.
    /// </exception>
    /// <exception cref="KeyNotFoundException">A symbol is not in the registry.</exception>
    public static ExtrapolationResult Extrapolate(
        LayerSequence small,
        ExtrapolationMethod method,
        ModelShape targetShape,
        long targetParameters,
        int? targetDepth = null,
        PrimitiveRegistry? registry = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(targetParameters, 1);
        if (targetShape.Validate() is { Count: > 0 } mistakes)
        {
            throw new UserInputException(
                [.. mistakes.Select(m => new Diagnostic(InvalidShapeCode, DiagnosticSeverity.Error, $"The large model's widths: {m}"))]);
        }

        var smallParameters = ArchitectureCosts.Of(small, targetShape, 0, registry).LayerParameters;
        var scale = new Rational(targetParameters, smallParameters);
        var (applied, why) = Choose(small, method, scale, targetDepth);
        var groups = applied switch
        {
            ExtrapolationMethod.Stack => Stack(small.Groups, scale),
            ExtrapolationMethod.Stretch => Stretch(small.Groups, scale),
            ExtrapolationMethod.StretchInteger => Stretch(small.Groups, scale.Ceiling),
            ExtrapolationMethod.Identity => small.Groups.Select(g => (g.Symbol, Count: (BigInteger)g.Count)),
            _ => throw new ArgumentOutOfRangeException(nameof(method), method, "No such method."),
        };
        var layers = Build(groups, small, targetParameters);
        return new ExtrapolationResult(
            layers,
            applied,
            scale,
            smallParameters,
            targetParameters,
            ArchitectureCosts.Of(layers, targetShape, 0, registry).LayerParameters,
            string.Create(
                CultureInfo.InvariantCulture,
                $"s = M/m = {targetParameters}/{smallParameters} = {scale} ≈ {scale.ToDouble():0.####}; {why}"),
            Warn(small, method, applied, scale, targetDepth, smallParameters, targetParameters));
    }

    private static (ExtrapolationMethod Applied, string Why) Choose(
        LayerSequence small,
        ExtrapolationMethod method,
        Rational scale,
        int? targetDepth)
    {
        if (method == ExtrapolationMethod.Identity)
        {
            return (method, "identity: the order stays as it is");
        }

        if (small.Count == targetDepth)
        {
            return (ExtrapolationMethod.Identity, $"identity: the order has the target's {targetDepth} layers already");
        }

        if (scale <= 1)
        {
            return (ExtrapolationMethod.Identity, "identity: the order is as large as the target already (s ≤ 1)");
        }

        return (method, method switch
        {
            ExtrapolationMethod.Stack when scale.Fraction == 0 => $"stack: {scale} copies",
            ExtrapolationMethod.Stack =>
                $"stack: {scale.Floor} copies, then each group of h layers as ⌈{scale.Fraction}·h⌉",
            ExtrapolationMethod.Stretch => "stretch: each group of h layers becomes ⌈s·h⌉",
            _ => $"stretch-integer: each group of h layers becomes {scale.Ceiling}·h",
        });
    }

    private static IEnumerable<(char Symbol, BigInteger Count)> Stack(IReadOnlyList<LayerGroup> groups, Rational scale)
    {
        // One copy more than an order can hold is enough for Build to refuse it.
        var copies = BigInteger.Min(scale.Floor, LayerSequence.MaximumLayers + 1);
        for (var copy = 0; copy < copies; copy++)
        {
            foreach (var group in groups)
            {
                yield return (group.Symbol, group.Count);
            }
        }

        foreach (var group in Stretch(groups, scale.Fraction).Where(g => !g.Count.IsZero))
        {
            yield return group;
        }
    }

    private static IEnumerable<(char Symbol, BigInteger Count)> Stretch(IReadOnlyList<LayerGroup> groups, Rational scale) =>
        groups.Select(g => (g.Symbol, (scale * g.Count).Ceiling));

    private static LayerSequence Build(
        IEnumerable<(char Symbol, BigInteger Count)> groups,
        LayerSequence small,
        long targetParameters)
    {
        var built = new List<LayerGroup>();
        var total = BigInteger.Zero;
        foreach (var (symbol, count) in groups)
        {
            total += count;
            if (total > LayerSequence.MaximumLayers)
            {
                throw new UserInputException(new Diagnostic(
                    TooManyLayersCode,
                    DiagnosticSeverity.Error,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{small.Notation} scaled to {targetParameters} parameters has more than {LayerSequence.MaximumLayers} layers at "
                        + $"these widths."),
                    Remedy: "Choose wider layers or a smaller size."));
            }

            built.Add(new LayerGroup(symbol, (int)count));
        }

        return LayerSequence.FromGroups(built);
    }

    private static string? Warn(
        LayerSequence small,
        ExtrapolationMethod asked,
        ExtrapolationMethod applied,
        Rational scale,
        int? targetDepth,
        long smallParameters,
        long targetParameters) =>
        scale < 1 && applied != asked && small.Count != targetDepth
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{small.Notation} has {smallParameters} parameters at these widths, more than the {targetParameters} asked for; it "
                + $"stays as it is.")
            : null;
}
