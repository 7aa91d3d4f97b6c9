namespace Composer.Search.Surrogates;

/// <summary>
/// Limited-memory BFGS inside a box (Nocedal 1980; variables that a bound holds are left out of a step, as
/// in Bertsekas' two-metric projection). Armijo backtracking; a value that is no number is a step too far.
/// </summary>
internal static class Lbfgs
{
    private const int Memory = 8;
    private const double Armijo = 1e-4;
    private const double LongestStep = 4;

    /// <summary>The function's value at x, its gradient written to the span.</summary>
    public delegate double Objective(ReadOnlySpan<double> x, Span<double> gradient);

    /// <summary>A local minimum, or the best point after the last iteration, and its value.</summary>
    public static (double[] Point, double Value) Minimize(
        Objective objective,
        ReadOnlySpan<double> start,
        ReadOnlySpan<double> lowest,
        ReadOnlySpan<double> highest,
        int iterations,
        double tolerance)
    {
        var n = start.Length;
        var x = start.ToArray();
        Clamp(x, lowest, highest);
        var gradient = new double[n];
        var value = objective(x, gradient);
        var history = new List<(double[] Step, double[] Change, double Curvature)>(Memory);
        var next = new double[n];
        var nextGradient = new double[n];
        for (var iteration = 0; iteration < iterations; iteration++)
        {
            var free = Free(x, gradient, lowest, highest);
            var steepest = Masked(gradient, free);
            if (Greatest(steepest) <= tolerance)
            {
                break;
            }

            var direction = Direction(steepest, free, history);
            if (Dot(direction, steepest) >= 0)
            {
                history.Clear();
                direction = Direction(steepest, free, history);
            }

            var (length, nextValue) = Search(objective, x, value, steepest, direction, lowest, highest, next, nextGradient);
            if (length == 0)
            {
                if (history.Count == 0)
                {
                    break;
                }

                history.Clear();
                continue;
            }

            Remember(history, x, next, gradient, nextGradient);
            var gain = value - nextValue;
            (x, next) = (next, x);
            (gradient, nextGradient) = (nextGradient, gradient);
            value = nextValue;
            if (gain <= tolerance * tolerance * Math.Max(1, Math.Abs(value)))
            {
                break;
            }
        }

        return (x, value);
    }

    private static (double Length, double Value) Search(
        Objective objective,
        double[] x,
        double value,
        double[] gradient,
        double[] direction,
        ReadOnlySpan<double> lowest,
        ReadOnlySpan<double> highest,
        double[] next,
        double[] nextGradient)
    {
        var length = Math.Min(1, LongestStep / Greatest(direction));
        for (var attempt = 0; attempt < 30; attempt++)
        {
            for (var i = 0; i < x.Length; i++)
            {
                next[i] = x[i] + (length * direction[i]);
            }

            Clamp(next, lowest, highest);
            var expected = 0.0;
            for (var i = 0; i < x.Length; i++)
            {
                expected += gradient[i] * (next[i] - x[i]);
            }

            var nextValue = objective(next, nextGradient);
            if (nextValue <= value + (Armijo * expected) && expected < 0)
            {
                return (length, nextValue);
            }

            // The minimum of the parabola through both values and the slope, kept within [.1, .5].
            var excess = nextValue - value - expected;
            var shrink = double.IsFinite(excess) && excess > 0 ? -expected / (2 * excess) : .1;
            length *= Math.Clamp(shrink, .1, .5);
        }

        return (0, value);
    }

    private static double[] Direction(
        double[] gradient,
        bool[] free,
        List<(double[] Step, double[] Change, double Curvature)> history)
    {
        double[] direction = [.. gradient];
        var weights = new double[history.Count];
        for (var k = history.Count - 1; k >= 0; k--)
        {
            weights[k] = Dot(history[k].Step, direction) / history[k].Curvature;
            Add(direction, -weights[k], history[k].Change);
        }

        var scale = history.Count == 0
            ? 1 / Math.Max(1, Greatest(gradient))
            : history[^1].Curvature / Dot(history[^1].Change, history[^1].Change);
        Scale(direction, scale);
        for (var k = 0; k < history.Count; k++)
        {
            var weight = Dot(history[k].Change, direction) / history[k].Curvature;
            Add(direction, weights[k] - weight, history[k].Step);
        }

        Scale(direction, -1);
        return Masked(direction, free);
    }

    private static void Remember(
        List<(double[] Step, double[] Change, double Curvature)> history,
        double[] x,
        double[] next,
        double[] gradient,
        double[] nextGradient)
    {
        double[] step = [.. next];
        Add(step, -1, x);
        double[] change = [.. nextGradient];
        Add(change, -1, gradient);
        var curvature = Dot(step, change);
        if (curvature <= 1e-10 * Math.Sqrt(Dot(step, step) * Dot(change, change)))
        {
            return;
        }

        if (history.Count == Memory)
        {
            history.RemoveAt(0);
        }

        history.Add((step, change, curvature));
    }

    private static bool[] Free(double[] x, double[] gradient, ReadOnlySpan<double> lowest, ReadOnlySpan<double> highest)
    {
        var free = new bool[x.Length];
        for (var i = 0; i < x.Length; i++)
        {
            free[i] = !(x[i] <= lowest[i] && gradient[i] > 0) && !(x[i] >= highest[i] && gradient[i] < 0);
        }

        return free;
    }

    private static double[] Masked(double[] x, bool[] free)
    {
        var masked = new double[x.Length];
        for (var i = 0; i < x.Length; i++)
        {
            masked[i] = free[i] ? x[i] : 0;
        }

        return masked;
    }

    private static void Clamp(double[] x, ReadOnlySpan<double> lowest, ReadOnlySpan<double> highest)
    {
        for (var i = 0; i < x.Length; i++)
        {
            x[i] = Math.Clamp(x[i], lowest[i], highest[i]);
        }
    }

    private static double Greatest(double[] x)
    {
        var greatest = 0.0;
        foreach (var component in x)
        {
            greatest = Math.Max(greatest, Math.Abs(component));
        }

        return greatest;
    }

    private static double Dot(double[] x, double[] y)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            sum += x[i] * y[i];
        }

        return sum;
    }

    private static void Add(double[] x, double factor, double[] y)
    {
        for (var i = 0; i < x.Length; i++)
        {
            x[i] += factor * y[i];
        }
    }

    private static void Scale(double[] x, double factor)
    {
        for (var i = 0; i < x.Length; i++)
        {
            x[i] *= factor;
        }
    }
}
