using Composer.Training.Models;
using Composer.Training.Torch.Native;
using Composer.Training.Torch.Primitives;
using static TorchSharp.torch;

namespace Composer.Training.Torch.Heads;

/// <summary>Final norm, then the output projection, which mostly is the embedding; cut by rows.</summary>
internal sealed class LanguageHead : TorchHead
{
    public const string Source = """
        def language_logits(x: Tensor, gain: Tensor, output: Tensor, eps: float) -> Tensor:
            normed = torch.rms_norm(x, [x.size(-1)], gain, eps).to(output.dtype)
            return torch.linear(normed, output).to(x.dtype)
        """;

    private readonly TorchLayerContext context;

    public LanguageHead(TorchLayerContext context)
        : base(context.Configuration)
    {
        this.context = context;
        var output = ParameterLayout.HasOutput(context.Configuration) ? ParameterLayout.Output : "embedding";
        Groups = [context.Parameters.GroupOf("final_norm"), context.Parameters.GroupOf(output)];
        Weights = [.. Groups.Select(context.Parameters.Weight)];
    }

    public override IReadOnlyList<int> Groups { get; }

    protected override IReadOnlyList<Tensor> Weights { get; }

    public override Tensor Logits(Tensor piece) => Scripts.Call("language_logits", piece, Weights[0], Weights[1], context.Epsilon);

    protected override (Tensor Units, int Positions) Units(Tensor x) => (x.reshape(-1, x.shape[2]), 1);
}
