using Composer.Training.Cpu;
using Composer.Training.Kernels;
using Composer.Training.Layers;
using Composer.Training.Models;
using Composer.Training.Parameters;
using static System.FormattableString;

namespace Composer.Bench.Train;

/// <summary>Where the CPU engine does notably more work for a shape than the shape asks for.</summary>
internal static class SlowPaths
{
    /// <summary>More of the work than this spent on padding is worth telling.</summary>
    private const double Notable = 1.1;

    /// <summary>One sentence each; empty when there is none.</summary>
    /// <param name="configuration">The model.</param>
    /// <param name="instructionSet">As <see cref="CpuEngine.InstructionSet"/>.</param>
    public static IReadOnlyList<string> Of(ModelConfiguration configuration, string instructionSet)
    {
        var slow = new List<string>();
        if (instructionSet == InstructionSet.NameOf(InstructionSetTier.Scalar))
        {
            slow.Add("this process has neither AVX-512 nor AVX2: kernels run one number at a time.");
        }

        var shape = configuration.Shape;
        Padded("dim", shape.Dim, Padding.ToGranule(shape.Dim));
        var own = configuration.Layers.Distinct().SelectMany(symbol => LayerRegistry.For(symbol).PaddedWidths(shape));
        foreach (var (what, size, padded) in own.Distinct())
        {
            Padded(what, size, padded);
        }

        Padded("the vocabulary", configuration.Vocabulary, Padding.ToGranule(configuration.Vocabulary));
        Padded("the length", configuration.MaximumLength, Padding.ToGranule(configuration.MaximumLength));
        return slow;

        void Padded(string what, int size, int padded)
        {
            if (padded > size * Notable)
            {
                slow.Add(Invariant($"{what}: {size} padded to {padded}."));
            }
        }
    }
}
