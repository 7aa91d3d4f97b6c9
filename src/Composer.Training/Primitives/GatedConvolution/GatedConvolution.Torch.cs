using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Training.Torch.Native;
using Composer.Training.Torch.Parameters;
using Composer.Training.Torch.Primitives;
using static TorchSharp.torch;

namespace Composer.Training.Primitives.GatedConvolution;

/// <summary>C: out · (c ⊙ conv(b ⊙ u)); b, c and u are one product.</summary>
internal sealed class GatedConvolutionForm : PrimitiveForm
{
    public override char Symbol => 'C';

    public override string Source => """
        def gated_convolution_forward(x: Tensor, gain: Tensor, input: Tensor, taps: Tensor, output: Tensor, eps: float) -> Tensor:
            normed = torch.rms_norm(x, [x.size(-1)], gain, eps).to(input.dtype)
            b, c, u = torch.linear(normed, input).chunk(3, -1)
            return x + torch.linear(c * causal_convolution(b * u, taps, None), output)

        def gated_convolution_decode(x: Tensor, gain: Tensor, input: Tensor, taps: Tensor, output: Tensor, eps: float,
                                     history: Tensor, start: int) -> Tensor:
            normed = torch.rms_norm(x, [x.size(-1)], gain, eps).to(input.dtype)
            b, c, u = torch.linear(normed, input).chunk(3, -1)
            return x + torch.linear(c * causal_convolution_decode(b * u, history, taps, None, start), output)
        """;

    public override IReadOnlyList<ParameterGroup> Groups(string prefix, ModelShape shape) =>
    [
        new ParameterGroup(new ParameterPart($"{prefix}norm")),
        new ParameterGroup(new ParameterPart($"{prefix}conv.in")),
        new ParameterGroup(new ParameterPart($"{prefix}conv.taps")),
        new ParameterGroup(new ParameterPart($"{prefix}conv.out")),
    ];

    /// <remarks>fp32 x and x · rsqrt; the norm; b, c and u, what is convolved (padded, in the convolution's order), y and c ⊙ y.</remarks>
    public override long KeptBytes(ModelShape shape, int element, int length) =>
        (8L * shape.Dim) + (element * (shape.Dim + (6L * TapsOf(shape).Rows)));

    public override TorchLayer Build(TorchLayerContext context, IReadOnlyList<int> groups) => new Layer(context, groups);

    private static PrimitiveTensor TapsOf(ModelShape shape) => PrimitiveRegistry.Default['C'].Tensors(shape)[1];

    private sealed class Layer(TorchLayerContext context, IReadOnlyList<int> groups) : TorchLayer(groups)
    {
        private readonly Tensor gain = context.Parameters.Weight(groups[0]);
        private readonly Tensor input = context.Parameters.Weight(groups[1]);
        private readonly Tensor taps = context.Parameters.Weight(groups[2]);
        private readonly Tensor output = context.Parameters.Weight(groups[3]);

        public override Tensor Forward(Tensor x) =>
            Scripts.Call("gated_convolution_forward", x, gain, input, taps, output, context.Epsilon);

        public override Tensor Decode(Tensor x, TorchLayerCache? cache, int start)
        {
            var history = ((TensorHistory)cache!).Rows;
            return Scripts.Call("gated_convolution_decode", x, gain, input, taps, output, context.Epsilon, history, start);
        }

        public override TorchLayerCache CreateCache(int maximumLength) =>
            new TensorHistory(context, TapsOf(context.Configuration.Shape).Columns - 1, TapsOf(context.Configuration.Shape).Rows);
    }
}
