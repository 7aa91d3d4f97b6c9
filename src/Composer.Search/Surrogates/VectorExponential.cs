using System.Numerics;

namespace Composer.Search.Surrogates;

/// <summary>
/// eˣ of a vector of numbers, to about one unit in the last place, by the same operations whatever the
/// vector width and the machine's library: x = k·ln 2 + r, |r| ≤ ½ ln 2, and the Taylor series of eʳ.
/// </summary>
internal static class VectorExponential
{
    private const double Lowest = -700;
    private const double InverseLog2 = 1.4426950408889634;

    // ln 2 in two parts (Cody and Waite): k times the first, which ends in zeros, is exact.
    private const double Log2High = 0.69314718036912382;
    private const double Log2Low = 1.9082149292705877e-10;

    // Adding and subtracting it rounds to the nearest integer.
    private const double Rounding = 6755399441055744;

    /// <summary>eˣ for x ≤ 0; e⁻⁷⁰⁰ below −700.</summary>
    public static Vector<double> OfNegative(Vector<double> x)
    {
        x = Vector.Max(x, new Vector<double>(Lowest));
        var shifted = (x * new Vector<double>(InverseLog2)) + new Vector<double>(Rounding);
        var k = shifted - new Vector<double>(Rounding);
        var r = x - (k * new Vector<double>(Log2High)) - (k * new Vector<double>(Log2Low));
        var sum = new Vector<double>(1.0 / 6227020800);
        sum = (sum * r) + new Vector<double>(1.0 / 479001600);
        sum = (sum * r) + new Vector<double>(1.0 / 39916800);
        sum = (sum * r) + new Vector<double>(1.0 / 3628800);
        sum = (sum * r) + new Vector<double>(1.0 / 362880);
        sum = (sum * r) + new Vector<double>(1.0 / 40320);
        sum = (sum * r) + new Vector<double>(1.0 / 5040);
        sum = (sum * r) + new Vector<double>(1.0 / 720);
        sum = (sum * r) + new Vector<double>(1.0 / 120);
        sum = (sum * r) + new Vector<double>(1.0 / 24);
        sum = (sum * r) + new Vector<double>(1.0 / 6);
        sum = (sum * r) + new Vector<double>(0.5);
        sum = (sum * r) + Vector<double>.One;
        sum = (sum * r) + Vector<double>.One;

        // The low bits of the shifted number hold k; moved up they add k to the exponent.
        var exponent = Vector.ShiftLeft(Vector.AsVectorInt64(shifted), 52);
        return Vector.AsVectorDouble(Vector.AsVectorInt64(sum) + exponent);
    }
}
