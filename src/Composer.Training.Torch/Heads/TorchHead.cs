using Composer.Training.Models;
using Composer.Training.Torch.Parameters;
using Composer.Training.Torch.Primitives;
using static TorchSharp.torch;

namespace Composer.Training.Torch.Heads;

/// <summary>What follows the layers, in pieces, so that the logits of a large vocabulary are never there at once.</summary>
internal abstract class TorchHead
{
    /// <summary>For the logits of a piece with their softmax and both gradients; what a search's models need at once fits.</summary>
    private const long PieceBytes = 512L << 20;

    private const int BytesPerLogit = 16;
    private readonly int vocabulary;

    protected TorchHead(ModelConfiguration configuration) => vocabulary = configuration.Vocabulary;

    /// <summary>Its parameters, as indices.</summary>
    public abstract IReadOnlyList<int> Groups { get; }

    protected abstract IReadOnlyList<Tensor> Weights { get; }

    public static TorchHead Create(TorchLayerContext context) => context.Configuration.Head == ModelHead.Compression
        ? new CompressionHead(context)
        : new LanguageHead(context);

    /// <summary>Bytes that a piece takes, of so many positions in all.</summary>
    public static long BytesOf(int vocabulary, long positions) =>
        Math.Min(positions * vocabulary * BytesPerLogit, Math.Max(PieceBytes, (long)vocabulary * BytesPerLogit));

    /// <summary>Forward and backward of the scaled loss.</summary>
    /// <param name="x">[sequences, length, dim] fp32, without a graph.</param>
    /// <param name="targets">[sequences, length] int64.</param>
    /// <param name="scale">Of the summed loss, before its gradient is taken.</param>
    /// <param name="gradients">Added to.</param>
    /// <param name="summedLoss">One fp64 on the device, added to; unscaled.</param>
    /// <returns>The gradient by x.</returns>
    public Tensor Backward(Tensor x, Tensor targets, double scale, Gradients gradients, Tensor summedLoss)
    {
        using var scope = NewDisposeScope();
        var parts = new List<Tensor>();
        foreach (var (piece, wanted) in Pieces(x, targets))
        {
            using var inner = NewDisposeScope();
            var leaf = piece.detach().requires_grad_(true);
            var losses = Loss.Of(Logits(leaf), wanted);
            summedLoss.add_(losses.detach().sum(ScalarType.Float64));
            var found = autograd.grad([losses.sum() * scale], [leaf, .. Weights]);
            parts.Add(found[0].MoveToOuterDisposeScope());
            for (var i = 0; i < Groups.Count; i++)
            {
                gradients.Add(Groups[i], found[i + 1]);
            }
        }

        var whole = parts.Count == 1 ? parts[0] : cat(parts, 0);
        return whole.reshape(x.shape).MoveToOuterDisposeScope();
    }

    /// <summary>Forward only.</summary>
    /// <returns>Losses [positions] fp32 and the most likely tokens [positions] int64.</returns>
    public (Tensor Losses, Tensor Predictions) Evaluate(Tensor x, Tensor targets)
    {
        using var scope = NewDisposeScope();
        var (losses, predictions) = (new List<Tensor>(), new List<Tensor>());
        foreach (var (piece, wanted) in Pieces(x, targets))
        {
            using var inner = NewDisposeScope();
            var logits = Logits(piece);
            losses.Add(Loss.Of(logits, wanted).MoveToOuterDisposeScope());
            predictions.Add(Loss.MostLikely(logits).MoveToOuterDisposeScope());
        }

        return (cat(losses, 0).MoveToOuterDisposeScope(), cat(predictions, 0).MoveToOuterDisposeScope());
    }

    /// <summary>[n, vocabulary] fp32 of a piece.</summary>
    public abstract Tensor Logits(Tensor piece);

    /// <summary>A head works on rows or on sequences: what of x is cut along its first axis, and positions of each.</summary>
    protected abstract (Tensor Units, int Positions) Units(Tensor x);

    private IEnumerable<(Tensor Piece, Tensor Targets)> Pieces(Tensor x, Tensor targets)
    {
        var (units, positions) = Units(x);
        var flat = targets.reshape(-1);
        var count = units.shape[0];
        var atOnce = Math.Clamp(PieceBytes / BytesPerLogit / vocabulary / positions, 1, count);
        for (var start = 0L; start < count; start += atOnce)
        {
            var size = Math.Min(atOnce, count - start);
            yield return (units.narrow(0, start, size), flat.narrow(0, start * positions, size * positions));
        }
    }
}
