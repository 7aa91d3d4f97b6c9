using Composer.Training.Models;
using Composer.Training.Torch.Native;
using Composer.Training.Torch.Primitives;
using static TorchSharp.torch;

namespace Composer.Training.Torch.Heads;

/// <summary>The decoder of <see cref="ModelHead.Compression"/>; cut by sequences.</summary>
internal sealed class CompressionHead : TorchHead, IDisposable
{
    public const string Source = """
        def compression_logits(x: Tensor, codes: Tensor, final: Tensor, gain0: Tensor, linear0: Tensor, gain1: Tensor, linear1: Tensor, gain2: Tensor, output: Tensor, eps: float) -> Tensor:
            t, d = x.size(1), x.size(2)
            h = torch.rms_norm(x.narrow(1, t - 1, 1), [d], final, eps) + codes
            h = torch.gelu(torch.linear(torch.rms_norm(h, [d], gain0, eps).to(linear0.dtype), linear0).to(x.dtype))
            h = torch.gelu(torch.linear(torch.rms_norm(h, [d], gain1, eps).to(linear1.dtype), linear1).to(x.dtype))
            normed = torch.rms_norm(h, [d], gain2, eps).to(output.dtype)
            return torch.linear(normed, output).to(x.dtype).view([-1, output.size(0)])
        """;

    private readonly TorchLayerContext context;
    private readonly Tensor codes;

    public CompressionHead(TorchLayerContext context)
        : base(context.Configuration)
    {
        this.context = context;
        string[] names = ["final_norm", .. Names];
        Groups = [.. names.Select(context.Parameters.GroupOf)];
        Weights = [.. Groups.Select(context.Parameters.Weight)];
        codes = Codes(context);
    }

    /// <summary>Canonical names of the decoder's parameters.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["decoder.0.norm", "decoder.0.linear", "decoder.1.norm", "decoder.1.linear", "decoder.norm", "decoder.output"];

    public override IReadOnlyList<int> Groups { get; }

    protected override IReadOnlyList<Tensor> Weights { get; }

    public override Tensor Logits(Tensor piece)
    {
        using var first = codes.narrow(0, 0, piece.shape[1]);
        return Scripts.Call("compression_logits", [piece, first, .. Weights, context.Epsilon]);
    }

    public void Dispose() => codes.Dispose();

    protected override (Tensor Units, int Positions) Units(Tensor x) => (x, (int)x.shape[1]);

    /// <summary>[maximum length, dim].</summary>
    private static Tensor Codes(TorchLayerContext context)
    {
        var (dim, half) = (context.Configuration.Shape.Dim, context.Configuration.Shape.Dim / 2);
        var table = new float[context.Configuration.MaximumLength * dim];
        for (var i = 0; i < table.Length; i++)
        {
            var (t, feature) = (i / dim, i % dim);
            var angle = t * Math.Pow(10_000, half == 1 ? 0 : -(double)(feature % half) / (half - 1));
            table[i] = (float)(feature < half ? Math.Sin(angle) : Math.Cos(angle));
        }

        using var scope = NewDisposeScope();
        return tensor(table, [context.Configuration.MaximumLength, dim], float32, context.Turns.device).DetachFromDisposeScope();
    }
}
