using Composer.Training.Models;

namespace Composer.Training.Torch.Network;

/// <summary>How many sequences go through the network at once.</summary>
internal static class MicroBatching
{
    /// <summary>At least one; more as long as the estimate stays below the budget.</summary>
    public static int SequencesAtOnce(ModelConfiguration configuration, int length, long activationBytes)
    {
        var perSequence = BytesPerToken(configuration) * length;
        return (int)Math.Clamp(activationBytes / perSequence, 1, 1 << 16);
    }

    /// <summary>
    /// What backward needs of each token, rounded up: fp32 residuals, norms and rotations, bf16 products'
    /// inputs, and logits with their softmax and its gradient in fp32. Flash attention keeps no scores.
    /// </summary>
    private static long BytesPerToken(ModelConfiguration configuration)
    {
        var shape = configuration.Shape;
        var attention = 48L * shape.Dim;
        var mlp = (16L * shape.Dim) + (16L * shape.Hidden);
        var layers = (configuration.Layers.CountOf('A') * attention) + (configuration.Layers.CountOf('M') * mlp);
        return layers + (16L * shape.Dim) + (16L * configuration.Vocabulary);
    }
}
