using System.Diagnostics;
using System.Globalization;
using Composer.Testing.Execution;
using Composer.Training.Kernels;
using Composer.Training.TierProbe;

namespace Composer.Training.Tests.Kernels;

public sealed unsafe class InstructionSetTests(ITestOutputHelper output)
{
    /// <summary>Of a loss of about 1 to 3 nats, at any step: what another order of rounding grows to.</summary>
    private const double CurveTolerance = 1e-4;

    /// <summary>Of the mean over the last fifty steps.</summary>
    private const double EndTolerance = 1e-5;

    [Theory]
    [InlineData(null, InstructionSetTier.Avx512)]
    [InlineData("DOTNET_EnableAVX512", InstructionSetTier.Avx2)]
    [InlineData("DOTNET_EnableAVX2", InstructionSetTier.Scalar)]
    [InlineData("DOTNET_EnableHWIntrinsic", InstructionSetTier.Scalar)]
    public void Switched_off_instructions_fall_back_to_a_tier_that_agrees_with_the_oracle(string? disabled, InstructionSetTier widest)
    {
        var expected = (InstructionSetTier)Math.Min((int)widest, (int)InstructionSet.Tier);
        var answer = RunProbe(disabled);

        Assert.Equal(InstructionSet.NameOf(expected), answer[0]);
        Assert.InRange(double.Parse(answer[1], CultureInfo.InvariantCulture), 0, 1e-4);
        Assert.InRange(double.Parse(answer[2], CultureInfo.InvariantCulture), 0, 1e-5);
    }

    [Fact]
    public void Three_hundred_steps_on_one_tier_follow_those_on_another()
    {
        string?[] switches = [null, "DOTNET_EnableAVX512", "DOTNET_EnableAVX2"];
        var curves = switches
            .Select(disabled => RunProbe(disabled, "train"))
            .Select(
                answer => (Tier: answer[0], Losses: answer[1..].Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToList()))
            .ToList();
        var expected = (InstructionSetTier[])[InstructionSetTier.Avx512, InstructionSetTier.Avx2, InstructionSetTier.Scalar];
        Assert.Equal(
            expected.Select(tier => InstructionSet.NameOf((InstructionSetTier)Math.Min((int)tier, (int)InstructionSet.Tier))),
            curves.Select(c => c.Tier));
        foreach (var curve in curves[1..])
        {
            var worst = curves[0].Losses.Zip(curve.Losses, (a, b) => Math.Abs(a - b)).Max();
            var end = Math.Abs(curves[0].Losses.TakeLast(50).Average() - curve.Losses.TakeLast(50).Average());
            output.WriteLine(
                $"{curves[0].Tier} and {curve.Tier}: worst {worst:e2}, end {end:e2}, from {curve.Losses[0]:f3} to {curve.Losses[^1]:f3}");
            Assert.Equal(300, curve.Losses.Count);
            Assert.True(curve.Losses[^1] < 0.6 * curve.Losses[0], "The run should learn.");
            Assert.InRange(worst, 0, CurveTolerance);
            Assert.InRange(end, 0, EndTolerance);
        }
    }

    [Theory]
    [InlineData("end")]
    [InlineData("start")]
    public void No_kernel_of_a_whole_model_touches_what_lies_beside_its_blocks(string side)
    {
        if (!GuardPages.AreSupported)
        {
            output.WriteLine("Not tested: no guard pages on this system.");
            return;
        }

        Assert.Equal([InstructionSet.Name, "12"], RunProbe(null, "guarded", side));
    }

    // In a process of its own: what it counts, it counts of the whole process.
    [Fact]
    public void Models_side_by_side_neither_allocate_nor_wait_for_each_other()
    {
        var numbers = RunProbe(null, "side-by-side")[1..].Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToList();
        output.WriteLine($"{numbers[0]:f1} bytes a step, {numbers[1]} waits for locks; {numbers[2]:f1} bytes a step on two threads");
        Assert.InRange(numbers[0], 0, 128);
        Assert.Equal(0, numbers[1]);
        Assert.InRange(numbers[2], 0, 256);
    }

    [Fact]
    public void Tier_that_the_process_lacks_is_refused() =>
        Assert.Throws<PlatformNotSupportedException>(() => InstructionSet.For(InstructionSet.Tier + 1));

    private static string[] RunProbe(string? disabled, params string[] probe)
    {
        var host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        var start = new ProcessStartInfo(
            host, ["exec", Path.Combine(AppContext.BaseDirectory, "Composer.Training.TierProbe.dll"), .. probe]);
        if (disabled is not null)
        {
            start.Environment[disabled] = "0";
        }

        var finished = FinishedProcess.Run(start);
        Assert.True(finished.ExitCode == 0, finished.Error);
        return finished.Output.Trim().Split(' ');
    }

    [Fact]
    public void Kernels_compile_ahead_of_their_first_call()
    {
        foreach (var kernels in Tiers.All.Where(kernels => kernels.Tier > InstructionSetTier.Scalar))
        {
            Assert.InRange(KernelCompilation.CompileAll(kernels.GetType()), 20, int.MaxValue);
            var before = System.Runtime.JitInfo.GetCompiledMethodCount(currentThread: true);
            kernels.Scale(null, 0, 1f);
            Assert.Equal(before, System.Runtime.JitInfo.GetCompiledMethodCount(currentThread: true));
        }
    }
}
