using Composer.Architecture;
using Composer.Architecture.Primitives;

namespace Composer.Training.Tests.Primitives.Toy;

/// <summary>A toy: each position hears the one so many before it. It has all that a primitive may have.</summary>
/// <remarks>f(x)_t = W (x_t + a ⊙ x_{t−delay}).</remarks>
internal sealed class EchoDescription : Primitive
{
    public const string Delay = "delay";

    public override char Symbol => 'Y';

    public override string Name => "echo";

    public override IReadOnlyList<PrimitiveOption> Options { get; } =
        [new(Delay, AtSize: 5, InSearch: 3, Least: 1, Most: 64, "Positions until an echo is heard.")];

    public override IReadOnlyList<PrimitiveTensor> Tensors(ModelShape shape) =>
    [
        new("echo.strength", shape.Dim, 1) { Fill = static (_, values) => values.Fill(0.5f), Decays = false },
        new("echo.out", shape.Dim, shape.Dim) { WritesResidual = true },
    ];

    public override long MixingFlopsPerToken(ModelShape shape, int sequenceLength) => 6L * shape.Dim;

    public override long CachedValues(ModelShape shape, int length) => (long)shape.Dim * Math.Min(length, ValueOf(Delay, shape));
}
