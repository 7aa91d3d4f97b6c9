using Composer.Architecture;
using Composer.Training.Models;

namespace Composer.Training.Layers.Mlp;

/// <summary>The <c>M</c> layer: SwiGLU.</summary>
internal sealed class MlpLayerFactory : LayerFactory
{
    public override char Symbol => 'M';

    public override IEnumerable<ParameterDescription> Describe(string prefix, ModelShape shape) =>
    [
        new($"{prefix}mlp.gate", shape.Hidden, shape.Dim),
        new($"{prefix}mlp.up", shape.Hidden, shape.Dim),
        new($"{prefix}mlp.down", shape.Dim, shape.Hidden) { WritesResidual = true },
    ];

    public override Layer Build(LayerContext context) => new MlpLayer(context);
}
