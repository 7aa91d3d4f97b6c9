using Composer.Core;
using Composer.Training.Models;

namespace Composer.Training.Tests.Models;

public sealed class GaussianSeriesTests
{
    [Theory]
    [InlineData(1, 0.02)]
    [InlineData(2, 0.0081649658)]
    [InlineData(3, 1)]
    public void Numbers_are_those_of_the_generator_bit_for_bit(ulong seed, double deviation)
    {
        var (one, many) = (new Rng(new Seed(seed)), new Rng(new Seed(seed)));
        var values = new float[300_001];
        GaussianSeries.Fill(many, deviation, values.AsSpan(0, 1000));
        GaussianSeries.Fill(many, deviation, values.AsSpan(1000));
        for (var i = 0; i < values.Length; i++)
        {
            var expected = (float)(deviation * one.NextGaussian());
            Assert.True(
                BitConverter.SingleToUInt32Bits(expected) == BitConverter.SingleToUInt32Bits(values[i]),
                $"at {i}: {values[i]:r}, expected {expected:r}");
        }

        Assert.Equal(one.State, many.State);
    }
}
