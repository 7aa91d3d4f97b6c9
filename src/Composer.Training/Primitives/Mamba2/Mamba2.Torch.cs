using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Training.Torch.Native;
using Composer.Training.Torch.Parameters;
using Composer.Training.Torch.Primitives;
using static TorchSharp.torch;

namespace Composer.Training.Primitives.Mamba2;

/// <summary>S: Mamba-2 in chunks of products (Dao and Gu 2024, section 6).</summary>
/// <remarks>
/// Step sizes, decays and states are fp32 in any precision. What is not seen is −∞ before the exponential is taken of it,
/// so that its gradient is 0. A sequence is padded to whole chunks with steps of 0, which leave the state as it is. Running
/// sums are sums of what is not masked: libtorch's own are refused on a GPU where results must repeat.
/// </remarks>
internal sealed class Mamba2Form : PrimitiveForm
{
    private const int Chunk = 64;

    public override char Symbol => 'S';

    public override string Source => """
        def mamba2_project(x: Tensor, gain: Tensor, win: Tensor, eps: float, inner: int, heads: int) -> Tuple[Tensor, Tensor, Tensor]:
            projected = torch.linear(torch.rms_norm(x, [x.size(-1)], gain, eps).to(win.dtype), win)
            z, convolved, steps = projected.split([inner, projected.size(-1) - inner - heads, heads], -1)
            return z, convolved, steps

        def mamba2_sums(x: Tensor) -> Tensor:
            places = torch.arange(x.size(-1), device=x.device)
            return x.unsqueeze(-2).masked_fill(places > places.unsqueeze(1), 0.0).sum(-1)

        def mamba2_left(logs: Tensor) -> Tensor:
            places = torch.arange(logs.size(-1), device=logs.device)
            return (logs.unsqueeze(-1) - logs.unsqueeze(-2)).masked_fill(places > places.unsqueeze(1), -float("inf")).exp()

        def mamba2_scan(x: Tensor, keys: Tensor, queries: Tensor, steps: Tensor, rates: Tensor, before: Tensor,
                        chunk: int) -> Tuple[Tensor, Tensor]:
            b, t, heads, size = x.size()
            count = (t + chunk - 1) // chunk
            more = count * chunk - t
            padded = torch.constant_pad_nd(steps, [0, 0, 0, more])
            logs = mamba2_sums((padded * rates).view([b, count, chunk, heads]).transpose(2, 3))
            inputs = torch.constant_pad_nd((x * steps.unsqueeze(-1)).to(x.dtype), [0, 0, 0, 0, 0, more])
            inputs = inputs.view([b, count, chunk, heads, size])
            k = torch.constant_pad_nd(keys, [0, 0, 0, more]).view([b, count, chunk, -1])
            q = torch.constant_pad_nd(queries, [0, 0, 0, more]).view([b, count, chunk, -1])
            weights = torch.matmul(q, k.transpose(2, 3)).unsqueeze(2) * mamba2_left(logs)
            own = torch.matmul(weights.to(x.dtype), inputs.transpose(2, 3)).transpose(2, 3)
            total = logs.select(-1, chunk - 1)
            kept = (total.unsqueeze(-1) - logs).exp().transpose(2, 3).unsqueeze(-1)
            flowing = (inputs * kept).to(x.dtype).flatten(3)
            gained = torch.matmul(k.transpose(2, 3), flowing).to(before.dtype).view([b, count, -1, heads, size])
            gained = torch.cat([before.unsqueeze(1), gained], 1).permute([0, 3, 1, 2, 4]).flatten(3)
            through = mamba2_left(mamba2_sums(torch.constant_pad_nd(total.transpose(1, 2), [1, 0])))
            states = torch.matmul(through, gained).view([b, heads, count + 1, -1, size]).permute([0, 2, 3, 1, 4])
            read = torch.matmul(q, states.narrow(1, 0, count).to(x.dtype).flatten(3)).view(inputs.size())
            y = own + read * logs.exp().transpose(2, 3).unsqueeze(-1)
            return y.reshape([b, count * chunk, heads, size]).narrow(1, 0, t), states.select(1, count)

        def mamba2_close(x: Tensor, y: Tensor, inputs: Tensor, z: Tensor, skip: Tensor, norm: Tensor, out: Tensor, eps: float) -> Tensor:
            gated = (y + skip.unsqueeze(-1) * inputs).flatten(2) * torch.silu(z.to(y.dtype))
            return x + torch.linear(torch.rms_norm(gated, [gated.size(-1)], norm, eps).to(out.dtype), out)

        def mamba2_forward(x: Tensor, gain: Tensor, win: Tensor, conv: Tensor, conv_bias: Tensor, dt_bias: Tensor, a_log: Tensor,
                           skip: Tensor, norm: Tensor, out: Tensor, eps: float, inner: int, heads: int, chunk: int) -> Tensor:
            b, t, d = x.size()
            z, convolved, dt = mamba2_project(x, gain, win, eps, inner, heads)
            convolved = torch.silu(causal_convolution(convolved, conv, conv_bias.to(conv.dtype)))
            state = (convolved.size(-1) - inner) // 2
            inputs, keys, queries = convolved.split([inner, state, state], -1)
            inputs = inputs.reshape([b, t, heads, -1])
            steps = torch.softplus(dt.to(x.dtype) + dt_bias)
            before = torch.zeros([b, state, heads, inner // heads], dtype=x.dtype, device=x.device)
            y, after = mamba2_scan(inputs, keys, queries, steps, -a_log.exp(), before, chunk)
            return mamba2_close(x, y, inputs, z, skip, norm, out, eps)

        def mamba2_decode(x: Tensor, gain: Tensor, win: Tensor, conv: Tensor, conv_bias: Tensor, dt_bias: Tensor, a_log: Tensor,
                          skip: Tensor, norm: Tensor, out: Tensor, eps: float, inner: int, heads: int, chunk: int,
                          history: Tensor, held: Tensor, start: int) -> Tensor:
            b, t, d = x.size()
            z, convolved, dt = mamba2_project(x, gain, win, eps, inner, heads)
            if start == 0:
                held.zero_()
            convolved = torch.silu(causal_convolution_decode(convolved, history, conv, conv_bias.to(conv.dtype), start))
            state = (convolved.size(-1) - inner) // 2
            inputs, keys, queries = convolved.split([inner, state, state], -1)
            inputs = inputs.reshape([b, t, heads, -1])
            steps = torch.softplus(dt.to(x.dtype) + dt_bias)
            rates = -a_log.exp()
            if t == 1:
                held.mul_((steps * rates).exp().unsqueeze(-1))
                held.add_(keys.to(x.dtype).view([b, state, 1, 1]) * (inputs * steps.unsqueeze(-1)))
                y = torch.matmul(queries.to(x.dtype), held.flatten(2)).view(inputs.size())
            else:
                y, after = mamba2_scan(inputs, keys, queries, steps, rates, held, min(chunk, t))
                held.copy_(after)
            return mamba2_close(x, y, inputs, z, skip, norm, out, eps)
        """;

    public override IReadOnlyList<ParameterGroup> Groups(string prefix, ModelShape shape) =>
    [
        new ParameterGroup(new ParameterPart($"{prefix}norm")),
        .. PrimitiveRegistry.Default[Symbol].Tensors(shape).Select(tensor => new ParameterGroup(new ParameterPart(prefix + tensor.Name))),
    ];

    /// <remarks>
    /// fp32 x and x · rsqrt; the norm; z, x, B, C and dt, what is convolved, padded and turned, and before and after SiLU; the
    /// inputs by their steps, turned and by what is kept of them; of a head a chunk's decays and weights; states before and
    /// after they went through; what is read, y, the gate and what is normed.
    /// </remarks>
    public override long KeptBytes(ModelShape shape, int element, int length)
    {
        var (inner, state, heads, _) = SizesOf(shape);
        long convolved = inner + (2L * state);
        var chunk = Math.Min(Chunk, length);
        return (8L * shape.Dim) + (element * (shape.Dim + inner + heads + (4 * convolved) + (4L * inner) + (2L * state)))
            + ((4L + element) * heads * chunk) + (element * (long)chunk) + (24L * heads)
            + (element * 2L * inner * state / chunk) + (18L * inner) + (element * (long)inner);
    }

    public override TorchLayer Build(TorchLayerContext context, IReadOnlyList<int> groups) => new Layer(context, groups);

    private static (int Inner, int State, int Heads, int Taps) SizesOf(ModelShape shape)
    {
        var tensors = PrimitiveRegistry.Default['S'].Tensors(shape).ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        var (inner, convolution) = (tensors["mamba2.norm"].Rows, tensors["mamba2.conv"]);
        return (inner, (convolution.Rows - inner) / 2, tensors["mamba2.d"].Rows, convolution.Columns);
    }

    private sealed class Layer(TorchLayerContext context, IReadOnlyList<int> groups) : TorchLayer(groups)
    {
        private readonly (int Inner, int State, int Heads, int Taps) sizes = SizesOf(context.Configuration.Shape);
        private readonly Tensor[] weights = [.. groups.Select(context.Parameters.Weight)];

        public override Tensor Forward(Tensor x) => Scripts.Call("mamba2_forward", [x, .. weights, .. Numbers()]);

        public override Tensor Decode(Tensor x, TorchLayerCache? cache, int start)
        {
            var (history, held) = ((Cache)cache!).Parts;
            return Scripts.Call("mamba2_decode", [x, .. weights, .. Numbers(), history.Rows, held, start]);
        }

        public override TorchLayerCache CreateCache(int maximumLength)
        {
            long[] size = [1, sizes.State, sizes.Heads, sizes.Inner / sizes.Heads];
            return new Cache(
                new TensorHistory(context, sizes.Taps - 1, sizes.Inner + (2 * sizes.State)),
                zeros(size, float32, context.Turns.device).DetachFromDisposeScope());
        }

        private object?[] Numbers() => [context.Epsilon, sizes.Inner, sizes.Heads, Chunk];
    }

    /// <param name="history">The last rows that were convolved.</param>
    /// <param name="held">[1, N, heads, head size] fp32: the state.</param>
    private sealed class Cache(TensorHistory history, Tensor held) : TorchLayerCache
    {
        public (TensorHistory History, Tensor Held) Parts { get; } = (history, held);

        public override long Bytes => history.Bytes + (held.NumberOfElements * held.element_size());

        public override void Dispose()
        {
            history.Dispose();
            held.Dispose();
        }
    }
}
