using Composer.Architecture;
using Composer.Training.Torch.Native;
using Composer.Training.Torch.Parameters;
using Composer.Training.Torch.Primitives;
using static TorchSharp.torch;

namespace Composer.Training.Primitives.Attention;

/// <summary>A: grouped-query attention with RoPE, half-split pairs.</summary>
/// <remarks>
/// q, k and v are one product. The features of a head of q and k are ordered so that a pair is one complex number and
/// its rotation one multiplication; scores are sums over features, so their order does not matter.
/// </remarks>
internal sealed class AttentionForm : PrimitiveForm
{
    public override char Symbol => 'A';

    public override string Source => """
        def attention_heads(x: Tensor, gain: Tensor, qkv: Tensor, turns: Tensor, eps: float,
                            heads: int, kv_heads: int) -> Tuple[Tensor, Tensor, Tensor]:
            b, t, d = x.size()
            normed = torch.rms_norm(x, [d], gain, eps).to(qkv.dtype)
            projected = torch.linear(normed, qkv).view([b, t, heads + 2 * kv_heads, -1])
            straight, v = projected.split([heads + kv_heads, kv_heads], 2)
            pairs = straight.to(x.dtype).view([b, t, heads + kv_heads, -1, 2])
            turned = torch.view_as_real(torch.view_as_complex(pairs) * turns).view(straight.size()).to(qkv.dtype)
            q, k = turned.split([heads, kv_heads], 2)
            return q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2)

        def attention_forward(x: Tensor, gain: Tensor, qkv: Tensor, o: Tensor, turns: Tensor, eps: float,
                              heads: int, kv_heads: int) -> Tensor:
            q, k, v = attention_heads(x, gain, qkv, turns, eps, heads, kv_heads)
            mixed = torch.scaled_dot_product_attention(q, k, v, None, 0.0, True, enable_gqa=heads != kv_heads)
            return x + torch.linear(mixed.transpose(1, 2).reshape(x.size()), o)

        def attention_decode(x: Tensor, gain: Tensor, qkv: Tensor, o: Tensor, turns: Tensor, eps: float,
                             heads: int, kv_heads: int, keys: Tensor, values: Tensor, start: int) -> Tensor:
            q, k, v = attention_heads(x, gain, qkv, turns, eps, heads, kv_heads)
            t = x.size(1)
            keys.narrow(2, start, t).copy_(k)
            values.narrow(2, start, t).copy_(v)
            mask: Optional[Tensor] = None
            if start > 0 and t > 1:
                mask = torch.arange(start + t, device=x.device) <= torch.arange(start, start + t, device=x.device).unsqueeze(1)
            seen, said = keys.narrow(2, 0, start + t), values.narrow(2, 0, start + t)
            mixed = torch.scaled_dot_product_attention(q, seen, said, mask, 0.0, start == 0, enable_gqa=heads != kv_heads)
            return x + torch.linear(mixed.transpose(1, 2).reshape(x.size()), o)
        """;

    public override IReadOnlyList<ParameterGroup> Groups(string prefix, ModelShape shape) =>
    [
        new ParameterGroup(new ParameterPart($"{prefix}norm")),
        new ParameterGroup(
            new ParameterPart($"{prefix}attention.q", shape.Heads),
            new ParameterPart($"{prefix}attention.k", shape.KvHeads),
            new ParameterPart($"{prefix}attention.v")),
        new ParameterGroup(new ParameterPart($"{prefix}attention.o")),
    ];

    /// <remarks>fp32 x and x · rsqrt; the norm, q k v, of which v is a part, q and k turned, what was mixed.</remarks>
    public override long KeptBytes(ModelShape shape, int element, int length)
    {
        var kv = (long)shape.KvHeads * shape.HeadSize;
        return (8L * shape.Dim) + (4L * shape.Heads) + (element * ((4L * shape.Dim) + (3 * kv)));
    }

    public override TorchLayer Build(TorchLayerContext context, IReadOnlyList<int> groups) => new Layer(context, groups);

    private sealed class Layer(TorchLayerContext context, IReadOnlyList<int> groups) : TorchLayer(groups)
    {
        private readonly Tensor gain = context.Parameters.Weight(groups[0]);
        private readonly Tensor qkv = context.Parameters.Weight(groups[1]);
        private readonly Tensor o = context.Parameters.Weight(groups[2]);
        private readonly ModelShape shape = context.Configuration.Shape;

        public override Tensor Forward(Tensor x)
        {
            using var turns = context.Turns.narrow(0, 0, x.shape[1]);
            return Scripts.Call("attention_forward", x, gain, qkv, o, turns, context.Epsilon, shape.Heads, shape.KvHeads);
        }

        public override Tensor Decode(Tensor x, TorchLayerCache? cache, int start)
        {
            var (keys, values) = ((TensorKeyValueCache)cache!).Tensors;
            using var turns = context.Turns.narrow(0, start, x.shape[1]);
            return Scripts.Call(
                "attention_decode", x, gain, qkv, o, turns, context.Epsilon, shape.Heads, shape.KvHeads, keys, values, start);
        }

        public override TorchLayerCache CreateCache(int maximumLength) => new TensorKeyValueCache(context, maximumLength);
    }
}
