using Composer.Architecture.Primitives;
using Composer.Core.Discovery;

namespace Composer.Training.Checkpoints.Llama;

/// <summary>A primitive as one half of a Llama's block, which first mixes positions and then features.</summary>
/// <remarks>Stateless, found by itself. A primitive without one cannot be exported.</remarks>
public abstract class LlamaHalf
{
    /// <summary>Every block's first half.</summary>
    public static LlamaHalf First => Members.Of<LlamaHalf>().Single(half => half.IsFirst);

    /// <summary>Every block's second half.</summary>
    public static LlamaHalf Second => Members.Of<LlamaHalf>().Single(half => !half.IsFirst);

    /// <summary>The primitive's symbol.</summary>
    public abstract char Symbol { get; }

    /// <summary>Whether it mixes positions.</summary>
    public abstract bool IsFirst { get; }

    /// <summary>What a block calls the norm before it.</summary>
    public abstract string Norm { get; }

    /// <summary>What a block calls a tensor of the primitive.</summary>
    public abstract string NameOf(string tensor);

    /// <summary>The half that a primitive is.</summary>
    /// <exception cref="CheckpointException">A Llama has no place for the primitive.</exception>
    public static LlamaHalf Of(char symbol) => Members.Of<LlamaHalf>().FirstOrDefault(half => half.Symbol == symbol)
        ?? throw new CheckpointException(
            $"A Llama has no place for {symbol} ({PrimitiveRegistry.Default[symbol].Name});"
            + $" only {First.Symbol} and {Second.Symbol} are exported.");
}
