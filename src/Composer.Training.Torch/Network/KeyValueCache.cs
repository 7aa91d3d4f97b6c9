using Composer.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Composer.Training.Torch.Network;

/// <summary>Rotated keys and values of one sequence, [1, kv heads, maximum length, head size] a layer.</summary>
internal sealed class KeyValueCache : IDisposable
{
    private readonly Dictionary<int, (Tensor Keys, Tensor Values)> layers = [];

    public KeyValueCache(ModelConfiguration configuration, int maximumLength, ScalarType type, Device device)
    {
        var shape = configuration.Shape;
        long[] size = [1, shape.KvHeads, maximumLength, shape.HeadSize];
        for (var layer = 0; layer < configuration.Layers.Count; layer++)
        {
            if (configuration.Layers[layer] == 'A')
            {
                var (keys, values) = (zeros(size, type, device), zeros(size, type, device));
                layers.Add(layer, (keys.DetachFromDisposeScope(), values.DetachFromDisposeScope()));
            }
        }

        var element = type == bfloat16 ? 2 : 4;
        BytesPerToken = 2L * layers.Count * shape.KvHeads * shape.HeadSize * element;
    }

    public long BytesPerToken { get; }

    /// <summary>Tokens in the cache.</summary>
    public int Position { get; set; }

    /// <summary>Writes keys and values [1, kv heads, n, head size] at the position; returns all up to there.</summary>
    public (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values)
    {
        var (allKeys, allValues) = layers[layer];
        var count = keys.shape[2];
        allKeys.narrow(2, Position, count).copy_(keys);
        allValues.narrow(2, Position, count).copy_(values);
        return (allKeys.narrow(2, 0, Position + count), allValues.narrow(2, 0, Position + count));
    }

    public void Dispose()
    {
        foreach (var (keys, values) in layers.Values)
        {
            keys.Dispose();
            values.Dispose();
        }
    }
}
