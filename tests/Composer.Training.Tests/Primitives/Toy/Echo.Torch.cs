using Composer.Architecture;
using Composer.Training.Torch.Native;
using Composer.Training.Torch.Parameters;
using Composer.Training.Torch.Primitives;
using static TorchSharp.torch;

namespace Composer.Training.Tests.Primitives.Toy;

internal sealed class EchoForm : PrimitiveForm
{
    public override char Symbol => 'Y';

    public override string Source => """
        def echo_forward(x: Tensor, gain: Tensor, strength: Tensor, out: Tensor, eps: float, delay: int) -> Tensor:
            normed = torch.rms_norm(x, [x.size(-1)], gain, eps)
            heard = torch.constant_pad_nd(normed, [0, 0, delay, 0]).narrow(1, 0, x.size(1))
            return x + torch.linear((normed + strength * heard).to(out.dtype), out)

        def echo_decode(x: Tensor, gain: Tensor, strength: Tensor, out: Tensor, eps: float, heard: Tensor) -> Tensor:
            normed = torch.rms_norm(x, [x.size(-1)], gain, eps)
            all = torch.cat([heard, normed], 1)
            heard.copy_(all.narrow(1, x.size(1), heard.size(1)))
            return x + torch.linear((normed + strength * all.narrow(1, 0, x.size(1))).to(out.dtype), out)
        """;

    public override IReadOnlyList<ParameterGroup> Groups(string prefix, ModelShape shape) =>
    [
        new ParameterGroup(new ParameterPart($"{prefix}norm")),
        new ParameterGroup(new ParameterPart($"{prefix}echo.strength")),
        new ParameterGroup(new ParameterPart($"{prefix}echo.out")),
    ];

    public override long KeptBytes(ModelShape shape, int element, int length) => (12L + element) * shape.Dim;

    public override TorchLayer Build(TorchLayerContext context, IReadOnlyList<int> groups) => new EchoLayerOnTorch(context, groups);

    private sealed class EchoLayerOnTorch(TorchLayerContext context, IReadOnlyList<int> groups) : TorchLayer(groups)
    {
        private readonly Tensor gain = context.Parameters.Weight(groups[0]);
        private readonly Tensor strength = context.Parameters.Weight(groups[1]);
        private readonly Tensor output = context.Parameters.Weight(groups[2]);
        private readonly int delay = new EchoDescription().ValueOf(EchoDescription.Delay, context.Configuration.Shape);

        public override Tensor Forward(Tensor x) => Scripts.Call("echo_forward", x, gain, strength, output, context.Epsilon, delay);

        public override Tensor Decode(Tensor x, TorchLayerCache? cache, int start)
        {
            var heard = ((Heard)cache!).Rows;
            if (start == 0)
            {
                heard.zero_();
            }

            return Scripts.Call("echo_decode", x, gain, strength, output, context.Epsilon, heard);
        }

        public override TorchLayerCache CreateCache(int maximumLength) => new Heard(
            zeros([1, delay, context.Configuration.Shape.Dim], float32, context.Turns.device).DetachFromDisposeScope());
    }

    /// <summary>[1, delay, dim], oldest first.</summary>
    private sealed class Heard(Tensor rows) : TorchLayerCache
    {
        public Tensor Rows { get; } = rows;

        public override long Bytes => Rows.NumberOfElements * Rows.element_size();

        public override void Dispose() => Rows.Dispose();
    }
}
