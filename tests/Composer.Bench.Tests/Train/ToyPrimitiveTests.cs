using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Bench.Train;
using Composer.Training.Models;

namespace Composer.Bench.Tests.Train;

/// <summary>A primitive that no product source knows is estimated like the others.</summary>
public sealed class ToyPrimitiveTests
{
    [Fact]
    public void Its_operations_count() => Assert.Equal(
        (6 * 16 * 16) + (6 * 16),
        TrainingFlops.PerToken(Configuration("AYM", 16), 21) - TrainingFlops.PerToken(Configuration("AM", 16), 21));

    [Fact]
    public void Its_slow_paths_are_told() =>
        Assert.Contains("an echo's features: 18 padded to 32.", SlowPaths.Of(Configuration("Y", 18), "avx2"));

    private static ModelConfiguration Configuration(string layers, int dim) =>
        new(
            LayerSequence.FromSymbols(layers),
            new ModelShape(dim, 1, 1, 13) { Options = PrimitiveOptions.Empty.With('Y', "delay", 5) },
            11,
            21);
}
