namespace Composer.Language.Evaluation.Harness;

/// <summary>How far a number of a task may be off, as lm-evaluation-harness estimates it.</summary>
internal static class StandardErrors
{
    /// <summary>The harness's own number of resamplings.</summary>
    public const int BootstrapIterations = 100_000;

    private const int ChunkSize = 1000;

    /// <summary>sd(ddof 1) / √n; null of a single value.</summary>
    public static double? OfMean(IReadOnlyList<double> values) =>
        values.Count < 2 ? null : SampleDeviation(values) / Math.Sqrt(values.Count);

    /// <summary>
    /// The standard deviation of a statistic over resamplings with replacement, in chunks of a thousand that CPython's generator
    /// draws, seeded by the chunk's number; null of a single value.
    /// </summary>
    /// <param name="values">One a document.</param>
    /// <param name="statistic">Of the sum of as many values, and their number.</param>
    /// <param name="threads">Chunks side by side; never changes the result.</param>
    public static double? Bootstrap(IReadOnlyList<double> values, Func<double, int, double> statistic, int threads)
    {
        if (values.Count < 2)
        {
            return null;
        }

        double[] population = [.. values];
        var found = new double[BootstrapIterations];
        Parallel.For(0, BootstrapIterations / ChunkSize, new ParallelOptions { MaxDegreeOfParallelism = threads }, chunk =>
        {
            var generator = new MersenneTwister((uint)chunk);
            for (var i = 0; i < ChunkSize; i++)
            {
                var sum = 0.0;
                for (var n = 0; n < population.Length; n++)
                {
                    sum += population[(int)(generator.NextDouble() * population.Length)];
                }

                found[(chunk * ChunkSize) + i] = statistic(sum, population.Length);
            }
        });
        return SampleDeviation(found);
    }

    private static double SampleDeviation(IReadOnlyList<double> values)
    {
        var mean = values.Sum() / values.Count;
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1));
    }
}
