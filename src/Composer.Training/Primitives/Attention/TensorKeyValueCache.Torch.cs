using Composer.Training.Torch.Primitives;
using static TorchSharp.torch;

namespace Composer.Training.Primitives.Attention;

/// <summary>Turned keys, and values, [1, kv heads, positions, head size] each, on the device.</summary>
internal sealed class TensorKeyValueCache : TorchLayerCache
{
    /// <param name="context">Sizes, type and device.</param>
    /// <param name="positions">That there is room for.</param>
    public TensorKeyValueCache(TorchLayerContext context, int positions)
    {
        var shape = context.Configuration.Shape;
        long[] size = [1, shape.KvHeads, positions, shape.HeadSize];
        Tensors = (Zeros(), Zeros());
        Bytes = 2L * Tensors.Keys.NumberOfElements * Tensors.Keys.element_size();

        Tensor Zeros() => zeros(size, context.Compute, context.Turns.device).DetachFromDisposeScope();
    }

    public (Tensor Keys, Tensor Values) Tensors { get; }

    public override long Bytes { get; }

    public override void Dispose()
    {
        Tensors.Keys.Dispose();
        Tensors.Values.Dispose();
    }
}
