namespace Composer.Reporting.Statistics;

/// <summary>Student's t distribution with whole degrees of freedom (Abramowitz and Stegun, 26.7.3 and 26.7.4).</summary>
internal static class StudentT
{
    private const int Halvings = 200;

    /// <summary>The t that a variable's absolute value stays below with this probability.</summary>
    /// <param name="probability">In (0, 1), such as 0.95.</param>
    /// <param name="freedom">Degrees of freedom, at least 1.</param>
    public static double TwoSided(double probability, int freedom)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(freedom, 1);
        var (low, high) = (0.0, 1.0);
        while (Within(high, freedom) < probability)
        {
            (low, high) = (high, 2 * high);
        }

        for (var i = 0; i < Halvings && high > low; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = Within(middle, freedom) < probability ? (middle, high) : (low, middle);
        }

        return high;
    }

    /// <summary>The probability that the absolute value stays below t.</summary>
    public static double Within(double t, int freedom)
    {
        var angle = Math.Atan(t / Math.Sqrt(freedom));
        var (sine, cosine) = Math.SinCos(angle);
        var isOdd = freedom % 2 == 1;
        var (sum, term) = (0.0, isOdd ? cosine : 1.0);
        for (var i = isOdd ? 1 : 0; i <= freedom - 2; i += 2)
        {
            sum += term;
            term *= cosine * cosine * (i + 1) / (i + 2);
        }

        return isOdd ? 2 / Math.PI * (angle + (sine * sum)) : sine * sum;
    }
}
