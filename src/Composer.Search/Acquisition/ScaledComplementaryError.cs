namespace Composer.Search.Acquisition;

/// <summary>
/// erfcx(x) = exp(x²)·erfc(x), to a few units in the last place: Cody's rational Chebyshev approximations
/// (Mathematics of Computation 23, 1969).
/// </summary>
internal static class ScaledComplementaryError
{
    private const double InverseRootPi = 0.56418958354775628695;

    private static ReadOnlySpan<double> A =>
    [
        3.16112374387056560e00, 1.13864154151050156e02, 3.77485237685302021e02, 3.20937758913846947e03,
        1.85777706184603153e-1,
    ];

    private static ReadOnlySpan<double> B =>
    [
        2.36012909523441209e01, 2.44024637934444173e02, 1.28261652607737228e03, 2.84423683343917062e03,
    ];

    private static ReadOnlySpan<double> C =>
    [
        5.64188496988670089e-1, 8.88314979438837594e00, 6.61191906371416295e01, 2.98635138197400131e02,
        8.81952221241769090e02, 1.71204761263407058e03, 2.05107837782607147e03, 1.23033935479799725e03,
        2.15311535474403846e-8,
    ];

    private static ReadOnlySpan<double> D =>
    [
        1.57449261107098347e01, 1.17693950891312499e02, 5.37181101862009858e02, 1.62138957456669019e03,
        3.29079923573345963e03, 4.36261909014324716e03, 3.43936767414372164e03, 1.23033935480374942e03,
    ];

    private static ReadOnlySpan<double> P =>
    [
        3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1, 1.60837851487422766e-2,
        6.58749161529837803e-4, 1.63153871373020978e-2,
    ];

    private static ReadOnlySpan<double> Q =>
    [
        2.56852019228982242e00, 1.87295284992346725e00, 5.27905102951428412e-1, 6.05183413124413191e-2,
        2.33520497626869185e-3,
    ];

    /// <summary>exp(x²)·erfc(x); positive infinity below about −26.6, where it exceeds a double.</summary>
    public static double Erfcx(double x)
    {
        var y = Math.Abs(x);
        if (y <= .46875)
        {
            return Math.Exp(x * x) * (1 - SmallErf(x));
        }

        var tail = y <= 4 ? Middle(y) : Far(y);
        return x > 0 ? tail : (2 * Math.Exp(x * x)) - tail;
    }

    private static double SmallErf(double x)
    {
        var square = x * x;
        var numerator = A[4] * square;
        var denominator = square;
        for (var i = 0; i < 3; i++)
        {
            numerator = (numerator + A[i]) * square;
            denominator = (denominator + B[i]) * square;
        }

        return x * (numerator + A[3]) / (denominator + B[3]);
    }

    private static double Middle(double y)
    {
        var numerator = C[8] * y;
        var denominator = y;
        for (var i = 0; i < 7; i++)
        {
            numerator = (numerator + C[i]) * y;
            denominator = (denominator + D[i]) * y;
        }

        return (numerator + C[7]) / (denominator + D[7]);
    }

    private static double Far(double y)
    {
        var square = 1 / (y * y);
        var numerator = P[5] * square;
        var denominator = square;
        for (var i = 0; i < 4; i++)
        {
            numerator = (numerator + P[i]) * square;
            denominator = (denominator + Q[i]) * square;
        }

        return (InverseRootPi - (square * (numerator + P[4]) / (denominator + Q[4]))) / y;
    }
}
