using Composer.Architecture;
using Composer.Core.Code;

namespace Composer.Training.Layers;

/// <summary>How the CPU engine computes one primitive, whose parameters its description names.</summary>
/// <remarks>Stateless. Any such class is found by <see cref="LayerRegistry"/>.</remarks>
[CodeParts("primitive", nameof(Symbol))]
internal abstract class LayerFactory
{
    /// <summary>The primitive's symbol.</summary>
    public abstract char Symbol { get; }

    /// <summary>One layer, its parameters planned and bound.</summary>
    public abstract Layer Build(LayerContext context);

    /// <summary>Widths that its kernels pad, beside those that every layer has: what, how wide, to what.</summary>
    public virtual IEnumerable<(string What, int Size, int Padded)> PaddedWidths(ModelShape shape) => [];
}
