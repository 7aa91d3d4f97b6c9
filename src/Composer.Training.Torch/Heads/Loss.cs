using Composer.Training.Torch.Native;
using static TorchSharp.torch;

namespace Composer.Training.Torch.Heads;

/// <summary>Cross-entropy of logits [n, vocabulary] fp32 against targets [n] int64, −1 where ignored.</summary>
internal static class Loss
{
    public const string Source = """
        def losses(logits: Tensor, targets: Tensor) -> Tensor:
            return torch.cross_entropy_loss(logits, targets, None, 0, -1, 0.0)

        def most_likely(logits: Tensor) -> Tensor:
            tokens = torch.arange(logits.size(-1), device=logits.device)
            return torch.where(logits == logits.amax([-1], True), tokens, logits.size(-1)).amin([-1])
        """;

    /// <summary>−log p(target) of each position, 0 where it is ignored: [n] fp32.</summary>
    public static Tensor Of(Tensor logits, Tensor targets) => Scripts.Call("losses", logits, targets);

    /// <summary>The most likely token of each position, [n] int64, the first on ties: libtorch's argmax promises none.</summary>
    public static Tensor MostLikely(Tensor logits) => Scripts.Call("most_likely", logits);
}
