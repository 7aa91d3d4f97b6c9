using Composer.Training.Models;

namespace Composer.Training.Reference;

/// <summary>A primitive's layer in plain scalar double precision; every subclass of this assembly is found.</summary>
public abstract class LayerOracle
{
    private static readonly Dictionary<char, LayerOracle> BySymbol = typeof(LayerOracle).Assembly.GetTypes()
        .Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(LayerOracle)))
        .Select(type => (LayerOracle)Activator.CreateInstance(type)!)
        .ToDictionary(oracle => oracle.Symbol);

    /// <summary>The primitive's.</summary>
    public abstract char Symbol { get; }

    /// <summary>The layer's forward of one sequence.</summary>
    /// <param name="configuration">The model's.</param>
    /// <param name="normed">[T, dim].</param>
    /// <param name="weight">The layer's tensors by their names within it.</param>
    public abstract Run Forward(ModelConfiguration configuration, Matrix normed, Func<string, Matrix> weight);

    /// <exception cref="NotSupportedException">Nobody wrote one.</exception>
    internal static LayerOracle Of(char symbol) => BySymbol.TryGetValue(symbol, out var oracle)
        ? oracle
        : throw new NotSupportedException($"The oracle has no primitive '{symbol}'.");

    /// <summary>A forward, with what its backward needs.</summary>
    public abstract class Run
    {
        /// <summary>[T, dim], without the residual.</summary>
        public abstract Matrix Output { get; }

        /// <summary>What training adds to the loss for this sequence, beside the cross-entropy.</summary>
        public virtual double Auxiliary => 0;

        /// <summary>Adds to the gradients of the layer's tensors.</summary>
        /// <param name="dOutput">[T, dim].</param>
        /// <param name="auxiliaryWeight">Of <see cref="Auxiliary"/> in what the gradient is of.</param>
        /// <param name="gradient">The tensors' gradients by their names.</param>
        /// <returns>The gradient of what the layer read, [T, dim].</returns>
        public abstract Matrix Backward(Matrix dOutput, double auxiliaryWeight, Func<string, Matrix> gradient);
    }
}
