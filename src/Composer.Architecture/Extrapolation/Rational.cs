using System.Globalization;
using System.Numerics;

namespace Composer.Architecture.Extrapolation;

/// <summary>An exact fraction, so that no rounding decides how many layers a model has.</summary>
/// <remarks>
/// Immutable; held in lowest terms with a positive denominator, so equal when the values are. The default
/// value is 0.
/// </remarks>
public readonly struct Rational : IEquatable<Rational>, IComparable<Rational>
{
    private readonly BigInteger denominator;

    /// <exception cref="DivideByZeroException">The denominator is 0.</exception>
    public Rational(BigInteger numerator, BigInteger denominator)
    {
        if (denominator.IsZero)
        {
            throw new DivideByZeroException("A fraction's denominator is not 0.");
        }

        var divisor = BigInteger.GreatestCommonDivisor(numerator, denominator) * denominator.Sign;
        Numerator = numerator / divisor;
        this.denominator = denominator / divisor;
    }

    /// <summary>Carries the sign.</summary>
    public BigInteger Numerator { get; }

    /// <summary>At least 1.</summary>
    public BigInteger Denominator => denominator.IsZero ? BigInteger.One : denominator;

    /// <summary>The greatest integer that is not above this.</summary>
    public BigInteger Floor
    {
        get
        {
            // BigInteger divides towards zero.
            var quotient = BigInteger.DivRem(Numerator, Denominator, out var remainder);
            return remainder.Sign < 0 ? quotient - 1 : quotient;
        }
    }

    /// <summary>The least integer that is not below this.</summary>
    public BigInteger Ceiling => -(-this).Floor;

    /// <summary>This less its <see cref="Floor"/>, in [0, 1).</summary>
    public Rational Fraction => this - Floor;

    public static implicit operator Rational(long value) => new(value, BigInteger.One);

    public static implicit operator Rational(BigInteger value) => new(value, BigInteger.One);

    public static Rational operator -(Rational value) => new(-value.Numerator, value.Denominator);

    public static Rational operator +(Rational left, Rational right) => new(
        (left.Numerator * right.Denominator) + (right.Numerator * left.Denominator),
        left.Denominator * right.Denominator);

    public static Rational operator -(Rational left, Rational right) => left + -right;

    public static Rational operator *(Rational left, Rational right) =>
        new(left.Numerator * right.Numerator, left.Denominator * right.Denominator);

    public static Rational operator /(Rational left, Rational right) =>
        new(left.Numerator * right.Denominator, left.Denominator * right.Numerator);

    public static bool operator ==(Rational left, Rational right) => left.Equals(right);

    public static bool operator !=(Rational left, Rational right) => !left.Equals(right);

    public static bool operator <(Rational left, Rational right) => left.CompareTo(right) < 0;

    public static bool operator >(Rational left, Rational right) => left.CompareTo(right) > 0;

    public static bool operator <=(Rational left, Rational right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Rational left, Rational right) => left.CompareTo(right) >= 0;

    public int CompareTo(Rational other) =>
        (Numerator * other.Denominator).CompareTo(other.Numerator * Denominator);

    public bool Equals(Rational other) => Numerator == other.Numerator && Denominator == other.Denominator;

    public override bool Equals(object? obj) => obj is Rational other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Numerator, Denominator);

    /// <summary>A double near this, for people; not for decisions.</summary>
    public double ToDouble() => (double)Numerator / (double)Denominator;

    /// <summary><c>numerator/denominator</c>, or the integer alone.</summary>
    public override string ToString() => Denominator.IsOne
        ? Numerator.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Numerator}/{Denominator}");
}
