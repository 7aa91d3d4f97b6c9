using Composer.Architecture;
using Composer.Core.Discovery;

namespace Composer.Training.Checkpoints.GraniteHybrid;

/// <summary>
/// A primitive as the recurrent first half of a block of llama.cpp's architecture <c>granitehybrid</c> (IBM's Granite 4), whose
/// other blocks begin with attention and all of which end with an MLP.
/// </summary>
/// <remarks>Stateless, found by itself.</remarks>
public abstract class RecurrentHalf
{
    /// <summary>The one that there is.</summary>
    public static RecurrentHalf Only => Members.Of<RecurrentHalf>().Single();

    /// <summary>The primitive's symbol.</summary>
    public abstract char Symbol { get; }

    /// <summary>Sizes as the file's metadata has them, under keys that follow the architecture's name.</summary>
    public abstract IReadOnlyList<(string Key, int Value)> Sizes(ModelShape shape);

    /// <summary>The tensors of a block, behind the block's name.</summary>
    public abstract IReadOnlyList<RecurrentTensor> Tensors(ModelShape shape);

    /// <summary>What the format has no place for, one sentence each; empty where the shape fits.</summary>
    public abstract IEnumerable<string> Mistakes(ModelShape shape);
}
