using System.Reflection;

namespace Composer.Training.Layers;

/// <summary>The primitives that the CPU engine computes: every <see cref="LayerFactory"/> of this assembly.</summary>
internal static class LayerRegistry
{
    private static readonly Dictionary<char, LayerFactory> Factories = Discover();

    /// <exception cref="NotSupportedException">No engine knows the primitive.</exception>
    public static LayerFactory For(char symbol) =>
        Factories.TryGetValue(symbol, out var factory)
            ? factory
            : throw new NotSupportedException($"No engine knows the primitive '{symbol}'.");

    private static Dictionary<char, LayerFactory> Discover() =>
        Assembly.GetExecutingAssembly()
            .GetTypes()
            .Where(type => type.IsSubclassOf(typeof(LayerFactory)) && !type.IsAbstract)
            .Select(type => (LayerFactory)Activator.CreateInstance(type)!)
            .ToDictionary(factory => factory.Symbol);
}
