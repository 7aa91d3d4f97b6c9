namespace Composer.Reporting.Plots;

/// <summary>The size of a plot and the margins around its axes, in units of the view box.</summary>
internal sealed record PlotLayout(double Width, double Height)
{
    public double Left { get; init; } = 72;

    public double Right { get; init; } = 14;

    public double Top { get; init; } = 32;

    public double Bottom { get; init; } = 50;

    public int XTicks { get; init; } = 7;

    public int YTicks { get; init; } = 6;

    public double InnerWidth => Width - Left - Right;

    public double InnerHeight => Height - Top - Bottom;
}
