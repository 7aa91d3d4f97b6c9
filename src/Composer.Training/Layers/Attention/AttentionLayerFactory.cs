using Composer.Architecture;
using Composer.Training.Models;

namespace Composer.Training.Layers.Attention;

/// <summary>The <c>A</c> layer: causal grouped-query attention with rotary positions.</summary>
internal sealed class AttentionLayerFactory : LayerFactory
{
    public override char Symbol => 'A';

    public override IEnumerable<ParameterDescription> Describe(string prefix, ModelShape shape)
    {
        var keys = shape.KvHeads * shape.HeadSize;
        return
        [
            new($"{prefix}attention.q", shape.Dim, shape.Dim),
            new($"{prefix}attention.k", keys, shape.Dim),
            new($"{prefix}attention.v", keys, shape.Dim),
            new($"{prefix}attention.o", shape.Dim, shape.Dim) { WritesResidual = true },
        ];
    }

    public override Layer Build(LayerContext context) => new AttentionLayer(context);
}
