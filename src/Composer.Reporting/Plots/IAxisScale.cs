namespace Composer.Reporting.Plots;

/// <summary>Where values lie along an axis.</summary>
internal interface IAxisScale
{
    double Lowest { get; }

    double Highest { get; }

    /// <summary>0 at <see cref="Lowest"/>, 1 at <see cref="Highest"/>.</summary>
    double Map(double value);

    /// <summary>Round values inside the axis, rising; at most this many.</summary>
    IReadOnlyList<double> Ticks(int most);
}
