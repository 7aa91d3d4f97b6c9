using System.Reflection;
using Composer.Core;
using Composer.Training.Kernels;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Tests.Models;

namespace Composer.Training.Tests.Kernels;

public sealed class ProfilingKernelsTests
{
    [Fact]
    public void Every_kernel_is_passed_on()
    {
        var missing = typeof(TierKernels)
            .GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => method.IsVirtual)
            .Select(method => typeof(ProfilingKernels).GetMethod(method.Name, [.. method.GetParameters().Select(p => p.ParameterType)])!)
            .Where(method => method.DeclaringType != typeof(ProfilingKernels))
            .Select(method => method.Name);
        Assert.Empty(missing);
    }

    [Theory]
    [InlineData(24, 4)] // narrow heads
    [InlineData(64, 2)] // wide heads
    public void Profiled_step_has_the_same_bits_and_time_in_every_part(int dim, int heads)
    {
        var configuration = Batches.Configuration("AM", dim, heads, 2, 40, 50, 24);
        var profiling = new ProfilingKernels(InstructionSet.Kernels);
        using var profiled = new CpuModel(configuration, new Seed(1), 1, profiling);
        using var plain = new CpuModel(configuration, new Seed(1), 1, InstructionSet.Kernels);
        var batch = Batches.Random(3, 24, 50, 2);
        var settings = new AdamWSettings(1e-2, 0.1, ClipNorm: 1);
        Assert.Equal(plain.TrainStep(batch, settings), profiled.TrainStep(batch, settings));
        Assert.Equal(plain.TrainStep(batch, settings), profiled.TrainStep(batch, settings));
        Assert.All(Enum.GetValues<KernelPart>(), part => Assert.True(profiling.Of(part).Calls > 0, part.ToString()));

        // Three sequences, two steps: qkv, o, gate|up and down go forward, and back to their inputs.
        Assert.Equal(3 * 2 * 4, profiling.Of(KernelPart.ForwardProducts).Calls);
        Assert.Equal(3 * 2 * 4, profiling.Of(KernelPart.InputGradients).Calls);
        Assert.Equal(3 * 2 * 4, profiling.Of(KernelPart.WeightGradients).Calls);
        profiling.Clear();
        Assert.Equal((0.0, 0L), profiling.Of(KernelPart.Head));
    }
}
