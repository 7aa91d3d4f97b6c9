using System.Diagnostics;
using System.Globalization;
using Composer.Training.Kernels;

namespace Composer.Training.Tests.Kernels;

public sealed class InstructionSetTests
{
    [Theory]
    [InlineData(null, InstructionSetTier.Avx512)]
    [InlineData("DOTNET_EnableAVX512", InstructionSetTier.Avx2)]
    [InlineData("DOTNET_EnableAVX2", InstructionSetTier.Scalar)]
    [InlineData("DOTNET_EnableHWIntrinsic", InstructionSetTier.Scalar)]
    public void Switched_off_instructions_fall_back_to_a_tier_that_agrees_with_the_oracle(string? disabled, InstructionSetTier widest)
    {
        var expected = (InstructionSetTier)Math.Min((int)widest, (int)InstructionSet.Tier);
        var answer = RunProbe(disabled).Split(' ');

        Assert.Equal(InstructionSet.NameOf(expected), answer[0]);
        Assert.InRange(double.Parse(answer[1], CultureInfo.InvariantCulture), 0, 1e-4);
        Assert.InRange(double.Parse(answer[2], CultureInfo.InvariantCulture), 0, 1e-5);
    }

    [Fact]
    public void Tier_that_the_process_lacks_is_refused() =>
        Assert.Throws<PlatformNotSupportedException>(() => InstructionSet.For(InstructionSet.Tier + 1));

    private static string RunProbe(string? disabled)
    {
        var host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        var start = new ProcessStartInfo(host, ["exec", Path.Combine(AppContext.BaseDirectory, "Composer.Training.TierProbe.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (disabled is not null)
        {
            start.Environment[disabled] = "0";
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return output.Trim();
    }
}
