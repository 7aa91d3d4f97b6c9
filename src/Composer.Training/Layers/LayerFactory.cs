using Composer.Architecture;
using Composer.Core.Code;
using Composer.Training.Models;

namespace Composer.Training.Layers;

/// <summary>
/// What the CPU engine knows of one primitive: its parameters, by canonical name, and how to compute it.
/// </summary>
/// <remarks>Stateless. Any such class in this assembly is found by <see cref="LayerRegistry"/>.</remarks>
[CodeParts("primitive", nameof(Symbol))]
internal abstract class LayerFactory
{
    /// <summary>The primitive's symbol.</summary>
    public abstract char Symbol { get; }

    /// <summary>The canonical parameters of one layer without its norm, in canonical order.</summary>
    /// <param name="prefix">Such as <c>layers.3.</c>; begins every name.</param>
    /// <param name="shape">The model's widths.</param>
    public abstract IEnumerable<ParameterDescription> Describe(string prefix, ModelShape shape);

    /// <summary>One layer, its parameters planned and bound.</summary>
    public abstract Layer Build(LayerContext context);
}
