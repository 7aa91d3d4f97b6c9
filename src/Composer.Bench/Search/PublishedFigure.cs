namespace Composer.Bench.Search;

/// <summary>A mean that others report for a benchmark.</summary>
/// <param name="Method">Whose.</param>
/// <param name="Value">The mean at the benchmark's budget.</param>
internal sealed record PublishedFigure(string Method, double Value);
