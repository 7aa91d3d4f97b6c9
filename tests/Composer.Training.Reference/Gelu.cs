namespace Composer.Training.Reference;

/// <summary>The exact GELU, x · Φ(x) with the normal distribution's Φ; not the tanh approximation.</summary>
public static class Gelu
{
    public static double Forward(double x) => x * Phi(x);

    public static double Derivative(double x) => Phi(x) + (x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));

    private static double Phi(double x) => 0.5 * Erfc(-x / Math.Sqrt(2));

    /// <summary>1 − erf: its Taylor series near 0, Lentz's continued fraction in the tails.</summary>
    private static double Erfc(double x)
    {
        if (x < 0)
        {
            return 2 - Erfc(-x);
        }

        if (x < 2)
        {
            var (term, sum) = (x, x);
            for (var n = 1; Math.Abs(term) > 1e-18 * Math.Abs(sum); n++)
            {
                term *= -x * x / n;
                sum += term / ((2 * n) + 1);
                if (term == 0)
                {
                    break;
                }
            }

            return 1 - (2 / Math.Sqrt(Math.PI) * sum);
        }

        // erfc(x) = e^(−x²) / √π · 1 / (x + ½ / (x + 1 / (x + 1½ / (x + …)))), evaluated from its end.
        var tail = x;
        for (var n = 120; n >= 1; n--)
        {
            tail = x + (n / 2.0 / tail);
        }

        return Math.Exp(-x * x) / (Math.Sqrt(Math.PI) * tail);
    }
}
