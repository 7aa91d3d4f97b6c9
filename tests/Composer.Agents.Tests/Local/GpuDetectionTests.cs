using Composer.Agents.Local;

namespace Composer.Agents.Tests.Local;

public class GpuDetectionTests
{
    [Theory]
    [InlineData(null, 4, 4)]
    [InlineData("", 4, 0)]
    [InlineData("2", 4, 1)]
    [InlineData("0,3", 4, 2)]
    [InlineData("0,1,2", 2, 2)]
    [InlineData(null, 0, 0)]
    public void Counts_what_the_driver_lists_and_the_environment_leaves_visible(string? visible, int listed, int expected) =>
        Assert.Equal(expected, GpuDetection.Count(visible, listed, () => throw new InvalidOperationException("The files tell.")));

    [Fact]
    public void Asks_the_driver_where_its_files_are_not_shown() => Assert.Equal(3, GpuDetection.Count(null, null, () => 3));

    [Theory]
    [InlineData(null, new[] { 0, 2 }, "0,2")]
    [InlineData("5,7", new[] { 1 }, "7")]
    [InlineData("GPU-aa, GPU-bb", new[] { 0, 1 }, "GPU-aa,GPU-bb")]
    [InlineData("5,7", new int[0], "")]
    [InlineData(null, new int[0], "")]
    public void An_agent_is_told_its_GPUs_by_the_names_that_its_coordinator_has_for_them(string? visible, int[] gpus, string expected) =>
        Assert.Equal(expected, GpuDetection.Devices(visible, gpus));
}
