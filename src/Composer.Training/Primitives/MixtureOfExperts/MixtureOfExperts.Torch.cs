using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Training.Torch.Native;
using Composer.Training.Torch.Parameters;
using Composer.Training.Torch.Primitives;
using static TorchSharp.torch;

namespace Composer.Training.Primitives.MixtureOfExperts;

/// <summary>E: rows are gathered expert by expert, each expert's products are of all its rows, and a token sums its own.</summary>
/// <remarks>
/// The weights of the chosen are the softmax of their logits alone, which is their share of the whole softmax. Rows are
/// gathered as embeddings are looked up: of that libtorch adds the gradients in one order. How many rows an expert has is
/// the one thing that the host waits for.
/// </remarks>
internal sealed class MixtureOfExpertsForm : PrimitiveForm
{
    public override char Symbol => 'E';

    public override string Source => """
        def moe_norm(x: Tensor, gain: Tensor, router: Tensor, eps: float) -> Tensor:
            return torch.rms_norm(x, [x.size(-1)], gain, eps).to(router.dtype)

        def moe_logits(x: Tensor, normed: Tensor, router: Tensor) -> Tensor:
            return torch.linear(normed, router).to(x.dtype)

        def moe_mix(x: Tensor, normed: Tensor, logits: Tensor, gate_up: Tensor, down: Tensor, active: int) -> Tensor:
            b, t, d = x.size()
            n = logits.size(-1)
            values, order = torch.sort(logits.view([b * t, n]), stable=True, dim=-1, descending=True)
            weights = torch.softmax(values.narrow(1, 0, active), -1)
            chosen = order.narrow(1, 0, active).reshape([-1])
            by_expert = torch.sort(chosen, stable=True, dim=0, descending=False)[1]
            counts: List[int] = (chosen.unsqueeze(1) == torch.arange(n, device=x.device)).sum(0).tolist()
            rows = torch.embedding(normed.reshape([b * t, d]), torch.floor_divide(by_expert, active))
            own = torch.split_with_sizes(rows, counts, 0)
            gates = torch.unbind(gate_up.view([n, -1, d]), 0)
            downs = torch.unbind(down.view([n, d, -1]), 0)
            said: List[Tensor] = []
            for expert in range(n):
                if counts[expert] > 0:
                    gate, up = torch.linear(own[expert], gates[expert]).chunk(2, -1)
                    said.append(torch.linear(torch.silu(gate) * up, downs[expert]))
            own_rows = torch.embedding(torch.cat(said, 0), torch.argsort(by_expert)).view([b * t, active, d])
            return x + (own_rows * weights.unsqueeze(-1)).sum(1).view([b, t, d])

        def moe_imbalance(logits: Tensor, active: int, shares: Tensor, factor: float) -> Tensor:
            b, t, n = logits.size()
            chosen = torch.sort(logits, stable=True, dim=-1, descending=True)[1].narrow(-1, 0, active)
            uses = (chosen.unsqueeze(-1) == torch.arange(n, device=logits.device)).sum([1, 2]).to(logits.dtype) / (active * t)
            return factor * (shares * (uses * torch.softmax(logits, -1).mean(1)).sum(-1)).sum() * n
        """;

    public override IReadOnlyList<ParameterGroup> Groups(string prefix, ModelShape shape) =>
    [
        new ParameterGroup(new ParameterPart($"{prefix}norm")),
        new ParameterGroup(new ParameterPart($"{prefix}moe.router")),
        new ParameterGroup([.. Experts(shape).SelectMany(expert => (ParameterPart[])
        [
            new ParameterPart($"{prefix}moe.experts.{expert}.gate"),
            new ParameterPart($"{prefix}moe.experts.{expert}.up"),
        ])]),
        new ParameterGroup([.. Experts(shape).Select(expert => new ParameterPart($"{prefix}moe.experts.{expert}.down"))]),
    ];

    /// <remarks>
    /// fp32 x and x · rsqrt; the norm; logits, weights and places; an active expert's row, gate, up, silu(gate), the product and what
    /// it says, in the token's order.
    /// </remarks>
    public override long KeptBytes(ModelShape shape, int element, int length)
    {
        var own = PrimitiveRegistry.Default['E'];
        var (experts, active) = (own.ValueOf("experts", shape), own.ValueOf("active", shape));
        var row = (2L * shape.Dim) + (4L * own.Tensors(shape)[1].Rows);
        return (8L * shape.Dim) + (32L * experts) + (24L * active) + (element * (shape.Dim + (active * row)));
    }

    public override TorchLayer Build(TorchLayerContext context, IReadOnlyList<int> groups) => new Layer(context, groups);

    private static IEnumerable<int> Experts(ModelShape shape) =>
        Enumerable.Range(0, PrimitiveRegistry.Default['E'].ValueOf("experts", shape));

    private sealed class Layer(TorchLayerContext context, IReadOnlyList<int> groups) : TorchLayer(groups)
    {
        private readonly Tensor gain = context.Parameters.Weight(groups[0]);
        private readonly Tensor router = context.Parameters.Weight(groups[1]);
        private readonly Tensor gateUp = context.Parameters.Weight(groups[2]);
        private readonly Tensor down = context.Parameters.Weight(groups[3]);
        private readonly int active = PrimitiveRegistry.Default['E'].ValueOf("active", context.Configuration.Shape);
        private readonly TorchSharp.Scalar factor = PrimitiveRegistry.Default['E'].AuxiliaryLossFactor;

        public override Tensor Forward(Tensor x) => Forward(x, out _);

        public override (Tensor Output, Tensor? Auxiliary) Train(Tensor x, Tensor shares)
        {
            var output = Forward(x, out var logits);
            return (output, Scripts.Call("moe_imbalance", logits, active, shares, factor));
        }

        private Tensor Forward(Tensor x, out Tensor logits)
        {
            var normed = Scripts.Call("moe_norm", x, gain, router, context.Epsilon);
            logits = Scripts.Call("moe_logits", x, normed, router);
            return Scripts.Call("moe_mix", x, normed, logits, gateUp, down, active);
        }
    }
}
