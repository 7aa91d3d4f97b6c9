using static TorchSharp.torch;

namespace Composer.Training.Torch.Primitives;

/// <summary>The last rows that a <see cref="ShortConvolution"/> has seen of a sequence, [1, rows, channels] on the device.</summary>
internal sealed class TensorHistory : TorchLayerCache
{
    /// <param name="context">Type and device.</param>
    /// <param name="rows">One less than the convolution has taps.</param>
    /// <param name="channels">Columns of what is convolved.</param>
    public TensorHistory(TorchLayerContext context, int rows, int channels) =>
        Rows = zeros([1, rows, channels], context.Compute, context.Turns.device).DetachFromDisposeScope();

    public Tensor Rows { get; }

    public override long Bytes => Rows.NumberOfElements * Rows.element_size();

    public override void Dispose() => Rows.Dispose();
}
