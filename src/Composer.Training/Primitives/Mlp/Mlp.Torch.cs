using Composer.Architecture;
using Composer.Training.Torch.Native;
using Composer.Training.Torch.Parameters;
using Composer.Training.Torch.Primitives;
using static TorchSharp.torch;

namespace Composer.Training.Primitives.Mlp;

/// <summary>M: down · (silu(gate · x) ⊙ (up · x)); gate and up are one product.</summary>
internal sealed class MlpForm : PrimitiveForm
{
    public override char Symbol => 'M';

    public override string Source => """
        def mlp_forward(x: Tensor, gain: Tensor, gate_up: Tensor, down: Tensor, eps: float) -> Tensor:
            normed = torch.rms_norm(x, [x.size(-1)], gain, eps).to(gate_up.dtype)
            gate, up = torch.linear(normed, gate_up).chunk(2, -1)
            return x + torch.linear(torch.silu(gate) * up, down)
        """;

    public override IReadOnlyList<ParameterGroup> Groups(string prefix, ModelShape shape) =>
    [
        new ParameterGroup(new ParameterPart($"{prefix}norm")),
        new ParameterGroup(new ParameterPart($"{prefix}mlp.gate"), new ParameterPart($"{prefix}mlp.up")),
        new ParameterGroup(new ParameterPart($"{prefix}mlp.down")),
    ];

    /// <remarks>fp32 x and x · rsqrt; the norm; gate, up, silu(gate) and the product.</remarks>
    public override long KeptBytes(ModelShape shape, int element, int length) =>
        (8L * shape.Dim) + (element * (shape.Dim + (4L * shape.Hidden)));

    public override TorchLayer Build(TorchLayerContext context, IReadOnlyList<int> groups) => new Layer(context, groups);

    private sealed class Layer(TorchLayerContext context, IReadOnlyList<int> groups) : TorchLayer(groups)
    {
        private readonly Tensor gain = context.Parameters.Weight(groups[0]);
        private readonly Tensor gateUp = context.Parameters.Weight(groups[1]);
        private readonly Tensor down = context.Parameters.Weight(groups[2]);

        public override Tensor Forward(Tensor x) => Scripts.Call("mlp_forward", x, gain, gateUp, down, context.Epsilon);
    }
}
