namespace Composer.Core.Tests;

public sealed class RngTests
{
    // xoshiro256** from the state that SplitMix64 fills from 0; the same in the authors' C code.
    [Fact]
    public void Stream_of_seed_zero_never_changes()
    {
        var rng = new Rng(new Seed(0));
        Assert.Equal(0x99EC5F36CB75F2B4UL, rng.NextUInt64());
        Assert.Equal(0xBF6E1F784956452AUL, rng.NextUInt64());
        Assert.Equal(0x1A5F849D4933E6E0UL, rng.NextUInt64());
    }

    [Fact]
    public void Saved_state_continues_the_stream()
    {
        var rng = new Rng(new Seed(5));
        rng.NextGaussian();
        var copy = new Rng(rng.State);
        Assert.Equal(rng.NextUInt64(), copy.NextUInt64());
    }

    [Fact]
    public void Bounded_integers_are_uniform()
    {
        var rng = new Rng(new Seed(1));
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++)
        {
            counts[rng.NextInt(7)]++;
        }

        // Chi-squared with 6 degrees of freedom: 22.5 is exceeded once in a thousand seeds.
        Assert.True(counts.Sum(c => Math.Pow(c - 10_000, 2) / 10_000) < 22.5);
    }

    [Fact]
    public void Gaussians_have_mean_zero_and_variance_one()
    {
        var rng = new Rng(new Seed(2));
        var values = Enumerable.Range(0, 100_000).Select(_ => rng.NextGaussian()).ToArray();
        Assert.InRange(values.Average(), -.0127, .0127);
        Assert.InRange(values.Average(v => v * v), 1 - .018, 1 + .018);
    }

    [Fact]
    public void Derived_seeds_depend_on_value_name_and_index()
    {
        var seed = new Seed(17);
        var seeds = new[]
        {
            seed.Derive("a"), seed.Derive("b"), seed.Derive("a", 0), seed.Derive("a", 1), new Seed(18).Derive("a"),
        };
        Assert.Equal(seeds.Length, seeds.Distinct().Count());
        Assert.Equal(seed.Derive("a"), new Seed(17).Derive("a"));
    }
}
