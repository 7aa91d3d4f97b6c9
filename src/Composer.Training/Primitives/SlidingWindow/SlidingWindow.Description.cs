using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Training.Primitives.Attention;

namespace Composer.Training.Primitives.SlidingWindow;

/// <summary>
/// Attention of which position t sees t − window + 1 … t alone (Longformer; Mistral, Gemma 2 and 3): the <c>W</c> layer.
/// </summary>
/// <remarks>Its tensors are attention's, by their names too: where a window reaches over all, it is attention to the bit.</remarks>
internal sealed class SlidingWindowDescription : Primitive
{
    private const string Window = "window";

    public override char Symbol => 'W';

    public override string Name => "sliding-window attention";

    public override IReadOnlyList<PrimitiveOption> Options { get; } =
        [new(Window, AtSize: 256, InSearch: 16, Least: 1, Most: 1 << 20, "Positions that a query sees at most, its own among them.")];

    public override IReadOnlyList<PrimitiveTensor> Tensors(ModelShape shape) => AttentionDescription.TensorsOf(shape);

    public override long MixingFlopsPerToken(ModelShape shape, int sequenceLength) =>
        AttentionDescription.MixingFlops(shape, Math.Min(sequenceLength, ValueOf(Window, shape)));

    /// <summary>Of each position the min(i + 1, window) keys that it sees.</summary>
    public override double LeastMixingFlopsPerToken(ModelShape shape, int sequenceLength)
    {
        double seen = Math.Min(sequenceLength, ValueOf(Window, shape));
        return AttentionDescription.LeastMixingFlops(shape, ((seen * (seen + 1) / 2) + ((sequenceLength - seen) * seen)) / sequenceLength);
    }

    public override long CachedValues(ModelShape shape, int length) =>
        AttentionDescription.CachedValuesOf(shape, Math.Min(length, ValueOf(Window, shape)));
}
