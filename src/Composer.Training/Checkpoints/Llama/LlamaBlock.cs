using Composer.Architecture;

namespace Composer.Training.Checkpoints.Llama;

/// <summary>One block of a stock Llama: attention, then an MLP, either of which may be missing in the model.</summary>
/// <param name="First">Index of the model's layer that is the first half, or null: it must add nothing.</param>
/// <param name="Second">Index of the model's layer that is the second half, or null: it must add nothing.</param>
public sealed record LlamaBlock(int? First, int? Second)
{
    /// <summary>Fuses each first half directly followed by a second into one block; every other layer has a block of its own.</summary>
    /// <exception cref="CheckpointException">A Llama has no place for a layer.</exception>
    public static IReadOnlyList<LlamaBlock> Fuse(LayerSequence layers) => Fuse(layers, symbol => LlamaHalf.Of(symbol).IsFirst);

    /// <summary>The same for blocks that begin with other layers too.</summary>
    /// <param name="layers">The model's.</param>
    /// <param name="isFirst">Whether a layer is a first half.</param>
    public static IReadOnlyList<LlamaBlock> Fuse(LayerSequence layers, Func<char, bool> isFirst)
    {
        var blocks = new List<LlamaBlock>();
        for (var i = 0; i < layers.Count; i++)
        {
            if (!isFirst(layers[i]))
            {
                blocks.Add(new LlamaBlock(null, i));
            }
            else if (i + 1 < layers.Count && !isFirst(layers[i + 1]))
            {
                blocks.Add(new LlamaBlock(i, i + 1));
                i++;
            }
            else
            {
                blocks.Add(new LlamaBlock(i, null));
            }
        }

        return blocks;
    }
}
