namespace Composer.Reporting.Plots;

/// <summary>How one series looks: a colour of the palette, told apart by shape and dashes too.</summary>
/// <param name="Index">Counted from 0; colours repeat after <see cref="Colours"/>, shapes after their own number.</param>
/// <param name="Dashed">Whether its lines are broken.</param>
internal readonly record struct SeriesStyle(int Index, bool Dashed)
{
    /// <summary>Colours <c>.s0</c> … in the style sheet.</summary>
    public const int Colours = 8;

    public string Colour => $"s{Index % Colours}";

    public MarkerShape Marker => (MarkerShape)(Index % 6);

    public string LineClass => Dashed ? $"line dashed {Colour}" : $"line {Colour}";
}
