using Composer.Language.Evaluation.Harness;

namespace Composer.Language.Tests.Evaluation;

/// <summary>Goldens printed by CPython 3.11's random.Random(1234).</summary>
public sealed class MersenneTwisterTests
{
    [Fact]
    public void Words_are_cpythons()
    {
        var generator = new MersenneTwister(1234);
        Assert.Equal([4150886329, 3342196574, 1892932127, 501869158, 32175636], Enumerable.Range(0, 5).Select(_ => generator.NextUInt32()));
    }

    [Fact]
    public void Samples_drawn_one_after_the_other_are_cpythons()
    {
        var generator = new MersenneTwister(1234);
        Assert.Equal([99, 56, 14, 0, 11], generator.Sample(100, 5));
        Assert.Equal([74, 4, 85, 88, 10], generator.Sample(100, 5));
        Assert.Equal(
            [100, 784, 363, 242, 17, 31, 807, 16, 354, 663, 638, 495, 630, 474, 152, 93, 187, 730, 117, 865, 14],
            generator.Sample(1000, 21));
        Assert.Equal([8, 7, 3, 0, 5, 4, 9, 6, 2, 1], generator.Sample(10, 10));
        Assert.Equal([4416, 9116, 1033, 4954, 7881, 5820], generator.Sample(9741, 6));
        Assert.Equal([2], generator.Sample(5, 1));
        Assert.Equal([7, 20, 6, 14, 16, 0], generator.Sample(22, 6));
        Assert.Equal([16, 2, 0, 10, 4, 15], generator.Sample(21, 6));
    }
}
