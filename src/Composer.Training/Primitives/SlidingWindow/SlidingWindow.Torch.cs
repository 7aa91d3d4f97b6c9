using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Training.Primitives.Attention;
using Composer.Training.Torch.Native;
using Composer.Training.Torch.Parameters;
using Composer.Training.Torch.Primitives;
using static TorchSharp.torch;

namespace Composer.Training.Primitives.SlidingWindow;

/// <summary>W: attention of which each position sees a window.</summary>
/// <remarks>
/// A block of as many queries as the window is long sees keys of its own block and of the one before: two windows of
/// scores a query, whatever the length. Heads and their turns are attention's.
/// </remarks>
internal sealed class SlidingWindowForm : PrimitiveForm
{
    private static readonly AttentionForm Attention = new();

    public override char Symbol => 'W';

    public override string Source => """
        def window_pairs(x: Tensor, blocks: int, window: int) -> Tensor:
            b, h, t, d = x.size()
            padded = torch.constant_pad_nd(x, [0, 0, window, blocks * window - t])
            before = padded.narrow(2, 0, blocks * window).reshape([b, h, blocks, window, d])
            own = padded.narrow(2, window, blocks * window).reshape([b, h, blocks, window, d])
            return torch.cat([before, own], 3).transpose(1, 2).reshape([b * blocks, h, 2 * window, d])

        def window_mix(q: Tensor, k: Tensor, v: Tensor, window: int) -> Tensor:
            b, h, t, d = q.size()
            shared = h != k.size(1)
            if window >= t:
                return torch.scaled_dot_product_attention(q, k, v, None, 0.0, True, enable_gqa=shared)
            blocks = (t + window - 1) // window
            queries = torch.constant_pad_nd(q, [0, 0, 0, blocks * window - t])
            queries = queries.reshape([b, h, blocks, window, d]).transpose(1, 2).reshape([b * blocks, h, window, d])
            back = torch.arange(window, 2 * window, device=q.device).unsqueeze(1) - torch.arange(2 * window, device=q.device)
            seen = torch.logical_and(back >= 0, back < window).unsqueeze(0).repeat([blocks, 1, 1])
            seen.select(0, 0).narrow(1, 0, window).fill_(False)
            mask = seen.repeat([b, 1, 1]).unsqueeze(1)
            mixed = torch.scaled_dot_product_attention(
                queries, window_pairs(k, blocks, window), window_pairs(v, blocks, window), mask, 0.0, False, enable_gqa=shared)
            return mixed.view([b, blocks, h, window, d]).transpose(1, 2).reshape([b, h, blocks * window, d]).narrow(2, 0, t)

        def window_forward(x: Tensor, gain: Tensor, qkv: Tensor, o: Tensor, turns: Tensor, eps: float,
                           heads: int, kv_heads: int, window: int) -> Tensor:
            q, k, v = attention_heads(x, gain, qkv, turns, eps, heads, kv_heads)
            return x + torch.linear(window_mix(q, k, v, window).transpose(1, 2).reshape(x.size()), o)

        def window_keep(ring: Tensor, x: Tensor, start: int) -> Tensor:
            t = x.size(2)
            kept = min(t, ring.size(2))
            places = torch.arange(start + t - kept, start + t, device=x.device) % ring.size(2)
            return ring.index_copy_(2, places, x.narrow(2, t - kept, kept))

        def window_decode(x: Tensor, gain: Tensor, qkv: Tensor, o: Tensor, turns: Tensor, eps: float,
                          heads: int, kv_heads: int, window: int, keys: Tensor, values: Tensor, start: int) -> Tensor:
            q, k, v = attention_heads(x, gain, qkv, turns, eps, heads, kv_heads)
            t = x.size(1)
            room = keys.size(2)
            shared = heads != kv_heads
            if t == 1:
                held = min(start + 1, room)
                window_keep(keys, k, start)
                window_keep(values, v, start)
                seen, said = keys.narrow(2, 0, held), values.narrow(2, 0, held)
                mixed = torch.scaled_dot_product_attention(q, seen, said, None, 0.0, False, enable_gqa=shared)
            else:
                if start == 0:
                    mixed = window_mix(q, k, v, window)
                else:
                    places = torch.arange(room, device=x.device)
                    positions = torch.cat([start - 1 - (start - 1 - places) % room, torch.arange(start, start + t, device=x.device)])
                    back = torch.arange(start, start + t, device=x.device).unsqueeze(1) - positions
                    mask = torch.logical_and(torch.logical_and(back >= 0, back < window), positions >= 0)
                    seen, said = torch.cat([keys, k], 2), torch.cat([values, v], 2)
                    mixed = torch.scaled_dot_product_attention(q, seen, said, mask, 0.0, False, enable_gqa=shared)
                window_keep(keys, k, start)
                window_keep(values, v, start)
            return x + torch.linear(mixed.transpose(1, 2).reshape(x.size()), o)
        """;

    public override IReadOnlyList<ParameterGroup> Groups(string prefix, ModelShape shape) => Attention.Groups(prefix, shape);

    /// <remarks>
    /// Attention's where nothing is hidden. Else fp32 x and x · rsqrt; the norm; in blocks, the last one padded, q, k and v twice,
    /// what is mixed and the mask as numbers; what is mixed once more where it is cut out of the blocks.
    /// </remarks>
    public override long KeptBytes(ModelShape shape, int element, int length)
    {
        var window = WindowOf(shape);
        if (window >= length)
        {
            return Attention.KeptBytes(shape, element, length);
        }

        var isWhole = length % window == 0;
        var inBlocks = (2L * shape.Dim) + (4L * shape.KvHeads * shape.HeadSize) + (2L * window);
        var padded = (((long)length + window - 1) / window * window * inBlocks) / length;
        return (8L * shape.Dim) + (4L * shape.Heads) + (element * (shape.Dim + padded + (isWhole ? 0 : shape.Dim)));
    }

    public override TorchLayer Build(TorchLayerContext context, IReadOnlyList<int> groups) => new WindowLayer(context, groups);

    private static int WindowOf(ModelShape shape) => PrimitiveRegistry.Default['W'].ValueOf("window", shape);

    private sealed class WindowLayer(TorchLayerContext context, IReadOnlyList<int> groups) : TorchLayer(groups)
    {
        private readonly Tensor gain = context.Parameters.Weight(groups[0]);
        private readonly Tensor qkv = context.Parameters.Weight(groups[1]);
        private readonly Tensor o = context.Parameters.Weight(groups[2]);
        private readonly ModelShape shape = context.Configuration.Shape;
        private readonly int window = WindowOf(context.Configuration.Shape);

        public override Tensor Forward(Tensor x)
        {
            using var turns = context.Turns.narrow(0, 0, x.shape[1]);
            return Scripts.Call("window_forward", x, gain, qkv, o, turns, context.Epsilon, shape.Heads, shape.KvHeads, window);
        }

        public override Tensor Decode(Tensor x, TorchLayerCache? cache, int start)
        {
            var (keys, values) = ((TensorKeyValueCache)cache!).Tensors;
            using var turns = context.Turns.narrow(0, start, x.shape[1]);
            return Scripts.Call(
                "window_decode", x, gain, qkv, o, turns, context.Epsilon, shape.Heads, shape.KvHeads, window, keys, values, start);
        }

        public override TorchLayerCache CreateCache(int maximumLength) => new TensorKeyValueCache(context, Math.Min(maximumLength, window));
    }
}
