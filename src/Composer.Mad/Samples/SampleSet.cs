using System.Runtime.InteropServices;
using Composer.Core;

namespace Composer.Mad.Samples;

/// <summary>Samples of one length, in the layout of a batch.</summary>
/// <param name="Count">Number of samples.</param>
/// <param name="Length">Positions of each.</param>
/// <param name="Inputs">[Count, Length] token ids, row-major.</param>
/// <param name="Targets">[Count, Length] token ids or <see cref="Training.Models.TokenBatch.Ignored"/>.</param>
public sealed record SampleSet(int Count, int Length, int[] Inputs, int[] Targets)
{
    /// <summary>The inputs of one sample.</summary>
    public ReadOnlySpan<int> InputsOf(int sample) => Inputs.AsSpan(sample * Length, Length);

    /// <summary>The targets of one sample.</summary>
    public ReadOnlySpan<int> TargetsOf(int sample) => Targets.AsSpan(sample * Length, Length);

    /// <summary>Draws samples, leaving out those whose inputs are in a set.</summary>
    /// <exception cref="InvalidOperationException">A thousand draws in a row are in the set: there are too few
    /// different samples.</exception>
    internal static SampleSet Draw(
        SampleGenerator generator, Rng rng, SampleKind kind, int count, IReadOnlySet<Digest> excluded)
    {
        var length = generator.Length;
        var (inputs, targets) = (new int[count * length], new int[count * length]);
        for (var i = 0; i < count; i++)
        {
            var x = inputs.AsSpan(i * length, length);
            var y = targets.AsSpan(i * length, length);
            var attempts = 0;
            do
            {
                if (++attempts > 1000)
                {
                    throw new InvalidOperationException("The task has too few different samples to keep training and test apart.");
                }

                generator.Draw(rng, kind, x, y);
            }
            while (excluded.Count > 0 && excluded.Contains(Fingerprint(x)));
        }

        return new SampleSet(count, length, inputs, targets);
    }

    internal HashSet<Digest> Fingerprints()
    {
        var set = new HashSet<Digest>(Count);
        for (var i = 0; i < Count; i++)
        {
            set.Add(Fingerprint(InputsOf(i)));
        }

        return set;
    }

    private static Digest Fingerprint(ReadOnlySpan<int> inputs) => Digest.Of(MemoryMarshal.AsBytes(inputs));
}
