using Composer.Architecture.Primitives;

namespace Composer.Architecture.Tests.Widths;

/// <summary>A layer of an inner width that comes in grains; of its parameters a token goes through a share.</summary>
/// <param name="symbol">Its sign.</param>
/// <param name="grain">What divides its width.</param>
/// <param name="mixes">Whether it keeps something of the past.</param>
/// <param name="experts">How many times more parameters it has than a token goes through.</param>
internal sealed class GrainedPrimitive(char symbol, int grain, bool mixes, int experts = 1) : Primitive
{
    public const string Inner = "inner";

    public override char Symbol => symbol;

    public override string Name => "grained";

    public override string WidthOption => Inner;

    public override IReadOnlyList<PrimitiveOption> Options { get; } =
        [new(Inner, AtSize: 0, InSearch: 0, Least: 0, Most: 1 << 16, "Inner width.")];

    public override IReadOnlyList<PrimitiveTensor> Tensors(ModelShape shape) =>
        [new("grained.in", experts * WidthOf(shape), shape.Dim), new("grained.gate", 3, shape.Dim)];

    public override long ActiveParameters(ModelShape shape) => ((long)WidthOf(shape) * shape.Dim) + (3L * shape.Dim);

    public override IEnumerable<string> Mistakes(ModelShape shape) =>
        WidthOf(shape) % grain != 0 ? [$"{grain} must divide inner."] : [];

    public override long MixingFlopsPerToken(ModelShape shape, int sequenceLength) => mixes ? 18L * WidthOf(shape) * grain : 0;

    public override long CachedValues(ModelShape shape, int length) => mixes ? (long)WidthOf(shape) * grain : 0;

    private int WidthOf(ModelShape shape) => ValueOf(Inner, shape) is > 0 and var width ? width : 2 * shape.Dim;
}
