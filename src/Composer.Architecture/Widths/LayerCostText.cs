using System.Globalization;

namespace Composer.Architecture.Widths;

/// <summary>Layers' costs in words, for the lines that tell what a rule has chosen.</summary>
public static class LayerCostText
{
    /// <summary>Of the layers that are held against another: <c>S inner 200: +0.4 % parameters, −1.2 % FLOPs of A</c>.</summary>
    /// <param name="costs">As <see cref="LayerCost.Of"/> counts them.</param>
    /// <returns>Empty where every primitive is a reference itself.</returns>
    public static string Of(IEnumerable<LayerCost> costs) => string.Join(
        "; ", costs.Where(cost => cost.Reference is { } reference && reference != cost.Symbol).Select(One));

    /// <summary>A share above a reference, such as <c>+0.4 %</c>; empty where there is none.</summary>
    public static string Difference(double? more) => more is { } share
        ? string.Create(CultureInfo.InvariantCulture, $"{100 * share:+0.0;−0.0;±0} %")
        : "";

    private static string One(LayerCost cost)
    {
        var width = cost.Width is > 0 ? string.Create(CultureInfo.InvariantCulture, $" {cost.WidthOption} {cost.Width}") : "";
        return $"{cost.Symbol}{width}: {Difference(cost.MoreParameters)} parameters, {Difference(cost.MoreFlops)} FLOPs of "
            + cost.Reference;
    }
}
