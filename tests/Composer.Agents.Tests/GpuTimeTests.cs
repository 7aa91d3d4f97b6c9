using Composer.Agents.Checkup;

namespace Composer.Agents.Tests;

public sealed class GpuTimeTests
{
    /// <summary>An H100's 989.4 TFLOPS at .4 make 1.4247e18 FLOPs an hour.</summary>
    [Theory]
    [InlineData(1.424736e18, 1)]
    [InlineData(4e20, 280.75)]
    [InlineData(0, 0)]
    public void Hours_are_FLOPs_by_the_share_of_the_peak(double flops, double hours) => Assert.Equal(hours, GpuTime.Hours(flops), 0.01);
}
