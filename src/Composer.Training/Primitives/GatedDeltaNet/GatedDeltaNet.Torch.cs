using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Training.Torch.Native;
using Composer.Training.Torch.Parameters;
using Composer.Training.Torch.Primitives;
using static TorchSharp.torch;

namespace Composer.Training.Primitives.GatedDeltaNet;

/// <summary>G: gated DeltaNet, by chunks of positions; all that is projected of x is one product.</summary>
/// <remarks>
/// Of a chunk, with decays e^(G_t − G_j) of exponents at most 0: (I + L) [U W] = [β v, β e^G k] is solved, then a state goes
/// from chunk to chunk. Decays, solution and states are fp32 in any type of products. Sums of logarithms are a product with
/// ones: libtorch's own cumulative sum is refused on a GPU where algorithms are to be deterministic.
/// </remarks>
internal sealed class GatedDeltaNetForm : PrimitiveForm
{
    /// <summary>Positions of a chunk.</summary>
    private const int Chunk = 64;

    public override char Symbol => 'G';

    public override string Source => """
        def delta_heads(x: Tensor, heads: int, like: Tensor) -> Tensor:
            b, t, d = x.size()
            return x.view([b, t, heads, d // heads]).transpose(1, 2).to(like.dtype)

        def delta_unit(x: Tensor) -> Tensor:
            return x * torch.rsqrt((x * x).sum(-1, True) + 1e-6)

        def delta_gates(a: Tensor, b: Tensor, bias: Tensor, rate: Tensor) -> Tuple[Tensor, Tensor]:
            logs = -torch.exp(rate) * torch.softplus(a + bias)
            return logs.transpose(1, 2), torch.sigmoid(b.to(bias.dtype)).transpose(1, 2)

        def delta_chunks(x: Tensor, chunks: int, size: int) -> Tensor:
            b, h, t, d = x.size()
            return torch.constant_pad_nd(x, [0, 0, 0, chunks * size - t]).view([b, h, chunks, size, d])

        def delta_mix(q: Tensor, k: Tensor, v: Tensor, logs: Tensor, beta: Tensor,
                      state: Optional[Tensor]) -> Tuple[Tensor, Tensor]:
            b, h, t, d = q.size()
            size = min(t, CHUNK)
            n = (t + size - 1) // size
            q, k, v = delta_chunks(q, n, size), delta_chunks(k, n, size), delta_chunks(v, n, size)
            beta = delta_chunks(beta.unsqueeze(-1), n, size)
            ones = torch.ones([size, size], dtype=q.dtype, device=q.device).tril()
            sums = torch.matmul(ones, delta_chunks(logs.unsqueeze(-1), n, size))
            hidden = ones < 0.5
            decay = torch.exp((sums - sums.transpose(-1, -2)).masked_fill(hidden, -1e30))
            grown = torch.exp(sums)
            remains = torch.exp(sums.narrow(3, size - 1, 1) - sums)
            turned = k.transpose(-1, -2)
            seen = torch.matmul(q, turned) * decay
            system = (torch.matmul(beta * k, turned) * decay).tril(-1)
            wanted = torch.cat([beta * v, beta * grown * k], -1)
            u, w = torch.linalg_solve_triangular(system, wanted, upper=False, left=True, unitriangular=True).chunk(2, -1)
            asked, kept = grown * q, (remains * k).transpose(-1, -2)
            last = grown.narrow(3, size - 1, 1)
            mixed: List[Tensor] = []
            carried = state
            for i in range(n):
                change, own = u.select(2, i), seen.select(2, i)
                if carried is None:
                    mixed.append(torch.matmul(own, change))
                    carried = torch.matmul(kept.select(2, i), change)
                else:
                    change = change - torch.matmul(w.select(2, i), carried)
                    mixed.append(torch.matmul(asked.select(2, i), carried) + torch.matmul(own, change))
                    carried = last.select(2, i) * carried + torch.matmul(kept.select(2, i), change)
            assert carried is not None
            return torch.cat(mixed, 2).narrow(2, 0, t), carried

        def delta_out(x: Tensor, mixed: Tensor, gate: Tensor, head_gain: Tensor, output: Tensor, eps: float) -> Tensor:
            normed = torch.rms_norm(mixed.transpose(1, 2), [mixed.size(-1)], head_gain, eps).reshape(gate.size())
            return x + torch.linear((normed * torch.silu(gate.to(x.dtype))).to(output.dtype), output)

        def delta_forward(x: Tensor, gain: Tensor, input: Tensor, taps: Tensor, bias: Tensor, rate: Tensor, head_gain: Tensor,
                          output: Tensor, eps: float, heads: int) -> Tensor:
            normed = torch.rms_norm(x, [x.size(-1)], gain, eps).to(input.dtype)
            inner = output.size(1)
            qkv, gate, a, b = torch.linear(normed, input).split([3 * inner, inner, heads, heads], -1)
            q, k, v = torch.silu(causal_convolution(qkv, taps, None)).chunk(3, -1)
            logs, beta = delta_gates(a, b, bias, rate)
            mixed, carried = delta_mix(
                delta_unit(delta_heads(q, heads, x)), delta_unit(delta_heads(k, heads, x)), delta_heads(v, heads, x), logs, beta, None)
            return delta_out(x, mixed, gate, head_gain, output, eps)

        def delta_decode(x: Tensor, gain: Tensor, input: Tensor, taps: Tensor, bias: Tensor, rate: Tensor, head_gain: Tensor,
                         output: Tensor, eps: float, heads: int, history: Tensor, state: Tensor, start: int) -> Tensor:
            normed = torch.rms_norm(x, [x.size(-1)], gain, eps).to(input.dtype)
            inner = output.size(1)
            qkv, gate, a, b = torch.linear(normed, input).split([3 * inner, inner, heads, heads], -1)
            q, k, v = torch.silu(causal_convolution_decode(qkv, history, taps, None, start)).chunk(3, -1)
            logs, beta = delta_gates(a, b, bias, rate)
            if start == 0:
                state.zero_()
            mixed, carried = delta_mix(
                delta_unit(delta_heads(q, heads, x)), delta_unit(delta_heads(k, heads, x)), delta_heads(v, heads, x), logs, beta, state)
            state.copy_(carried)
            return delta_out(x, mixed, gate, head_gain, output, eps)
        """.Replace("CHUNK", Chunk.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);

    public override IReadOnlyList<ParameterGroup> Groups(string prefix, ModelShape shape) =>
    [
        new ParameterGroup(new ParameterPart($"{prefix}norm")),
        new ParameterGroup(
            new ParameterPart($"{prefix}delta.q"),
            new ParameterPart($"{prefix}delta.k"),
            new ParameterPart($"{prefix}delta.v"),
            new ParameterPart($"{prefix}delta.gate"),
            new ParameterPart($"{prefix}delta.a"),
            new ParameterPart($"{prefix}delta.b")),
        new ParameterGroup(
            new ParameterPart($"{prefix}delta.q_conv"),
            new ParameterPart($"{prefix}delta.k_conv"),
            new ParameterPart($"{prefix}delta.v_conv")),
        new ParameterGroup(new ParameterPart($"{prefix}delta.a_bias")),
        new ParameterGroup(new ParameterPart($"{prefix}delta.a_log")),
        new ParameterGroup(new ParameterPart($"{prefix}delta.norm")),
        new ParameterGroup(new ParameterPart($"{prefix}delta.out")),
    ];

    /// <remarks>
    /// fp32 x and x · rsqrt; the norm; what is projected, what is convolved (padded, in the convolution's order) and its SiLU's
    /// two sides. In fp32, of all heads: sixteen numbers of a feature, from q and k of length 1 to what is normed; of each pair
    /// in a chunk five; a state a chunk; of a head twelve. Counted by what the allocator gives out; one chunk alone keeps a tenth less.
    /// </remarks>
    public override long KeptBytes(ModelShape shape, int element, int length)
    {
        var (inner, headSize) = Widths(shape);
        var (heads, chunk) = (inner / headSize, Math.Min(length, Chunk));
        return (8L * shape.Dim)
            + (element * (shape.Dim + (15L * inner) + (2 * heads)))
            + (4L * ((16L * inner) + (5L * heads * chunk) + ((long)inner * headSize / chunk) + (12L * heads)));
    }

    public override TorchLayer Build(TorchLayerContext context, IReadOnlyList<int> groups) => new Layer(context, groups);

    private static (int Inner, int HeadSize) Widths(ModelShape shape)
    {
        var primitive = PrimitiveRegistry.Default['G'];
        var inner = primitive.ValueOf("inner", shape);
        return (inner == 0 ? shape.Dim : inner, primitive.ValueOf("head_size", shape));
    }

    private sealed class Layer(TorchLayerContext context, IReadOnlyList<int> groups) : TorchLayer(groups)
    {
        private readonly Tensor gain = context.Parameters.Weight(groups[0]);
        private readonly Tensor input = context.Parameters.Weight(groups[1]);
        private readonly Tensor taps = context.Parameters.Weight(groups[2]);
        private readonly Tensor bias = context.Parameters.Weight(groups[3]);
        private readonly Tensor rate = context.Parameters.Weight(groups[4]);
        private readonly Tensor headGain = context.Parameters.Weight(groups[5]);
        private readonly Tensor output = context.Parameters.Weight(groups[6]);
        private readonly (int Inner, int HeadSize) widths = Widths(context.Configuration.Shape);

        public override Tensor Forward(Tensor x) => Scripts.Call(
            "delta_forward", x, gain, input, taps, bias, rate, headGain, output, context.Epsilon, widths.Inner / widths.HeadSize);

        public override Tensor Decode(Tensor x, TorchLayerCache? cache, int start)
        {
            var kept = (Cache)cache!;
            return Scripts.Call(
                "delta_decode",
                x,
                gain,
                input,
                taps,
                bias,
                rate,
                headGain,
                output,
                context.Epsilon,
                widths.Inner / widths.HeadSize,
                kept.History.Rows,
                kept.State,
                start);
        }

        public override TorchLayerCache CreateCache(int maximumLength) =>
            new Cache(context, widths.Inner, widths.HeadSize, (int)taps.shape[1]);
    }

    /// <summary>Rows before the convolution, and the states [1, heads, head size, head size] in fp32.</summary>
    private sealed class Cache(TorchLayerContext context, int inner, int headSize, int taps) : TorchLayerCache
    {
        public TensorHistory History { get; } = new(context, taps - 1, 3 * inner);

        public Tensor State { get; } =
            zeros([1, inner / headSize, headSize, headSize], float32, context.Turns.device).DetachFromDisposeScope();

        public override long Bytes => History.Bytes + (State.NumberOfElements * State.element_size());

        public override void Dispose()
        {
            History.Dispose();
            State.Dispose();
        }
    }
}
