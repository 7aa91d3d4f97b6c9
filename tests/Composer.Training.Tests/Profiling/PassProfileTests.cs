using System.Diagnostics;
using Composer.Core;
using Composer.Training.Cpu;
using Composer.Training.Kernels;
using Composer.Training.Models;
using Composer.Training.Optimization;
using Composer.Training.Profiling;
using Composer.Training.Tests.Models;

namespace Composer.Training.Tests.Profiling;

public sealed class PassProfileTests
{
    [Theory]
    [InlineData(24, 4, ModelHead.Language)] // narrow heads
    [InlineData(64, 2, ModelHead.Language)] // wide heads
    [InlineData(24, 4, ModelHead.Compression)]
    public void Profiled_step_has_the_same_bits_and_time_in_every_part(int dim, int heads, ModelHead head)
    {
        var configuration = Batches.Configuration("AM", dim, heads, 2, 40, 50, 24, head);
        var profile = new PassProfile();
        using var profiled = new CpuModel(configuration, new Seed(1), 2, InstructionSet.Kernels, profile: profile);
        using var plain = new CpuModel(configuration, new Seed(1), 2, InstructionSet.Kernels);
        var batch = Batches.Random(3, 24, 50, 2);
        var settings = new AdamWSettings(1e-2, 0.1, ClipNorm: 1);
        Assert.Equal(plain.TrainStep(batch, settings), profiled.TrainStep(batch, settings));
        Assert.Equal(plain.TrainStep(batch, settings), profiled.TrainStep(batch, settings));

        var parts = profile.Parts;
        Assert.All(parts.Values, part => Assert.True(part.Seconds > 0 && part.Times > 0));
        Assert.Equal(
            [
                "A, backward", "A, forward", "AdamW", "M, backward", "M, forward", "embedding", "gradient sums", "head and loss",
                "norms", "products, dW", "products, dX", "products, forward",
            ],
            parts.Keys.Order(StringComparer.Ordinal));

        // Three sequences, two steps: qkv, o, gate|up and down go forward, and back to their inputs; the head has its own.
        Assert.All((string[])["products, forward", "products, dX", "products, dW"], name => Assert.Equal(3 * 2 * 4, parts[name].Times));

        // Each norm forward, again in the backward but for the last, and backward.
        Assert.Equal(3 * 2 * (3 + 2 + 3), parts["norms"].Times);
        profile.Clear();
        Assert.Empty(profile.Parts);
    }

    /// <summary>What was measured of all parts together is no longer than the thread ran.</summary>
    [Fact]
    public void A_part_is_interrupted_by_what_begins_within_it_but_for_a_whole()
    {
        var clock = new PartClock();
        var began = Stopwatch.GetTimestamp();
        using (new PartScope(clock, PassPart.ForwardOf('A')))
        {
            Spin(4);
            using (new PartScope(clock, PassPart.ForwardProducts))
            {
                Spin(8);
            }
        }

        using (new PartScope(clock, PassPart.Head))
        {
            using (new PartScope(clock, PassPart.ForwardProducts))
            {
                Spin(2);
            }
        }

        var all = Stopwatch.GetTimestamp() - began;
        var (layer, products, head) = (
            clock.Parts[new PassPart("A, forward")], clock.Parts[PassPart.ForwardProducts], clock.Parts[PassPart.Head]);
        Assert.Equal((1, 1, 1), (layer.Times, products.Times, head.Times));
        Assert.InRange(layer.Ticks + products.Ticks + head.Ticks, 1, all);
        Assert.True(layer.Ticks >= Ticks(4) && products.Ticks >= Ticks(8) && head.Ticks >= Ticks(2));

        static long Ticks(int milliseconds) => Stopwatch.Frequency * milliseconds / 1000;

        static void Spin(int milliseconds)
        {
            for (var start = Stopwatch.GetTimestamp();
                Stopwatch.GetTimestamp() - start < Ticks(milliseconds);)
            {
            }
        }
    }
}
