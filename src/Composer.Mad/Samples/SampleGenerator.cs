using Composer.Core;

namespace Composer.Mad.Samples;

/// <summary>Draws samples of one task with one setting. Not thread-safe: it reuses its scratch space.</summary>
public abstract class SampleGenerator
{
    /// <summary>Positions of a sample.</summary>
    public abstract int Length { get; }

    /// <summary>Draws one sample.</summary>
    /// <param name="rng">Advanced by as many numbers as the sample needs.</param>
    /// <param name="kind">Training or test.</param>
    /// <param name="inputs">[Length], overwritten.</param>
    /// <param name="targets">[Length], overwritten: tokens or <see cref="Training.Models.TokenBatch.Ignored"/>.</param>
    public abstract void Draw(Rng rng, SampleKind kind, Span<int> inputs, Span<int> targets);
}
