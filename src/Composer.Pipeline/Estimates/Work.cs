namespace Composer.Pipeline.Estimates;

/// <summary>How much there is to compute, told beforehand; kept beside what was computed, so that a machine's rate is known.</summary>
/// <param name="Kind">The kind of job that computes it, of whose records the rate is measured.</param>
/// <param name="Class">What computes it, such as <c>cpu</c>: rates of two classes are never compared.</param>
/// <param name="Amount">Operations (FLOPs) or bytes.</param>
/// <param name="Unit">Of <paramref name="Amount"/>: <see cref="Flops"/> or <see cref="Bytes"/>.</param>
/// <param name="Size">What the rate depends on: FLOPs of one token, which small models compute less of a second than large ones.</param>
public sealed record Work(string Kind, string Class, double Amount, string Unit, double Size)
{
    public const string Flops = "FLOPs";

    public const string Bytes = "bytes";

    /// <summary>The document beside a record's outputs.</summary>
    public const string Name = "work.json";

    /// <summary>Jobs that it is in: what many take together varies less than what one takes.</summary>
    public double Jobs { get; init; } = 1;
}
