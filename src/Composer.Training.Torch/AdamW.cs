using Composer.Training.Optimization;
using Composer.Training.Torch.Network;
using TorchSharp;
using static TorchSharp.torch;

namespace Composer.Training.Torch;

/// <summary>The update of <see cref="AdamWSettings"/>, on the device, in fp32.</summary>
internal static class AdamW
{
    /// <summary>Updates every parameter in place. The gradients are overwritten when clipped.</summary>
    /// <param name="parameters">Values and moments.</param>
    /// <param name="gradients">In canonical order.</param>
    /// <param name="norm">Of all gradients together.</param>
    /// <param name="update">This update's number, from 1.</param>
    /// <param name="settings">The rate and the rest.</param>
    public static void Update(
        TorchParameters parameters,
        IReadOnlyList<Tensor> gradients,
        double norm,
        long update,
        in AdamWSettings settings)
    {
        using var gradientFree = no_grad();
        var (beta1, beta2, rate) = (settings.Beta1, settings.Beta2, settings.LearningRate);
        var correction1 = 1 - Math.Pow(beta1, update);
        var correction2 = 1 - Math.Pow(beta2, update);
        for (var i = 0; i < gradients.Count; i++)
        {
            using var scope = NewDisposeScope();
            var (g, p) = (gradients[i], parameters.Values[i].detach());
            var (m, v) = (parameters.FirstMoments[i], parameters.SecondMoments[i]);
            if (norm > settings.ClipNorm)
            {
                g.mul_(settings.ClipNorm / norm);
            }

            m.mul_(beta1).add_(g, 1 - beta1);
            v.mul_(beta2).addcmul_(g, g, 1 - beta2);
            var denominator = (v / correction2).sqrt_().add_(settings.Epsilon);
            p.mul_(1 - (rate * settings.WeightDecay)).addcdiv_(m, denominator, -rate / correction1);
        }
    }
}
