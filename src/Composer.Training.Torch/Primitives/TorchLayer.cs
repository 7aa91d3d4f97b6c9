using static TorchSharp.torch;

namespace Composer.Training.Torch.Primitives;

/// <summary>One layer with its norm and its residual: x + layer(RMSNorm(x)).</summary>
/// <param name="groups">Its parameters, as indices.</param>
internal abstract class TorchLayer(IReadOnlyList<int> groups)
{
    public IReadOnlyList<int> Groups { get; } = groups;

    /// <summary>All positions at once; x [sequences, length, dim] fp32, and so is the result.</summary>
    public abstract Tensor Forward(Tensor x);

    /// <summary>As <see cref="Forward"/>, and what training adds to the loss.</summary>
    /// <param name="x">[sequences, length, dim] fp32.</param>
    /// <param name="shares">[sequences] fp32, of each in the mean that is added: 0 where no target counts.</param>
    /// <returns>Auxiliary is one fp32, null where nothing is added.</returns>
    public virtual (Tensor Output, Tensor? Auxiliary) Train(Tensor x, Tensor shares) => (Forward(x), null);

    /// <summary>What follows on what is in the cache; x [1, n, dim].</summary>
    public virtual Tensor Decode(Tensor x, TorchLayerCache? cache, int start) => Forward(x);

    /// <summary>What decoding keeps of the positions so far; null when nothing.</summary>
    public virtual TorchLayerCache? CreateCache(int maximumLength) => null;
}
