using Composer.Architecture;

namespace Composer.Training.Checkpoints.Llama;

/// <summary>One block of a stock Llama: attention, then an MLP, either of which may be missing in the model.</summary>
/// <param name="Attention">Index of the model's A layer, or null: the block's attention must add nothing.</param>
/// <param name="Mlp">Index of the model's M layer, or null: the block's MLP must add nothing.</param>
internal sealed record LlamaBlock(int? Attention, int? Mlp)
{
    /// <summary>Fuses each A directly followed by an M into one block; every other layer has a block of its own.</summary>
    public static IReadOnlyList<LlamaBlock> Fuse(LayerSequence layers)
    {
        var blocks = new List<LlamaBlock>();
        for (var i = 0; i < layers.Count; i++)
        {
            if (layers[i] == 'M')
            {
                blocks.Add(new LlamaBlock(null, i));
            }
            else if (i + 1 < layers.Count && layers[i + 1] == 'M')
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
