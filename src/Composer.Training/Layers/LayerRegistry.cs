using Composer.Core.Discovery;

namespace Composer.Training.Layers;

/// <summary>What the CPU engine computes: every <see cref="LayerFactory"/> that <see cref="Members"/> finds.</summary>
internal static class LayerRegistry
{
    /// <exception cref="NotSupportedException">The engine does not know the primitive.</exception>
    public static LayerFactory For(char symbol) =>
        Members.Of<LayerFactory>().FirstOrDefault(factory => factory.Symbol == symbol)
        ?? throw new NotSupportedException($"The CPU engine has no primitive '{symbol}'.");
}
