namespace Composer.Reporting.Plots;

/// <summary>What marks a point.</summary>
internal enum MarkerShape
{
    Circle,
    Square,
    Triangle,
    Diamond,
    Inverted,
    Cross,
}
