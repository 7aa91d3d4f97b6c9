namespace Composer.Reporting.Plots;

/// <summary>The size of a plot and the margins around its axes, in units of the view box.</summary>
internal sealed record PlotLayout(double Width, double Height)
{
    public double Left { get; init; } = 66;

    public double Right { get; init; } = 14;

    public double Top { get; init; } = 12;

    public double Bottom { get; init; } = 46;

    public int XTicks { get; init; } = 7;

    public int YTicks { get; init; } = 6;

    public double InnerWidth => Width - Left - Right;

    public double InnerHeight => Height - Top - Bottom;
}
