using Composer.Architecture.Primitives;
using Composer.Core;
using Composer.Training.Cpu;
using Composer.Training.Layers;
using Composer.Training.Models;
using Composer.Training.Tests.Models;

namespace Composer.Training.Tests.Layers;

public sealed class LayerRegistryTests
{
    [Fact]
    public void Layers_describe_their_parameters_in_canonical_order()
    {
        var configuration = Batches.Configuration("AM", 16, 4, 2, 24, 11, 7);
        string[] expected =
        [
            "embedding 11x16",
            "layers.0.norm 16x1",
            "layers.0.attention.q 16x16",
            "layers.0.attention.k 8x16",
            "layers.0.attention.v 8x16",
            "layers.0.attention.o 16x16 residual",
            "layers.1.norm 16x1",
            "layers.1.mlp.gate 24x16",
            "layers.1.mlp.up 24x16",
            "layers.1.mlp.down 16x24 residual",
            "final_norm 16x1",
        ];
        Assert.Equal(
            expected,
            ParameterLayout.Of(configuration).Select(p => $"{p.Name} {p.Rows}x{p.Columns}{(p.WritesResidual ? " residual" : "")}"));
    }

    [Fact]
    public void Unknown_primitive_is_named()
    {
        var configuration = Batches.Configuration("Z", 16, 4, 2, 24, 11, 7);
        Assert.Contains(
            "'Z'",
            Assert.Throws<KeyNotFoundException>(() => ParameterLayout.Of(configuration)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "'Z'",
            Assert.Throws<NotSupportedException>(() => new CpuEngine().Create(configuration, new Seed(1), 1)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Every_primitive_is_computed() =>
        Assert.All(PrimitiveRegistry.Default.All, primitive => Assert.Equal(primitive.Symbol, LayerRegistry.For(primitive.Symbol).Symbol));
}
