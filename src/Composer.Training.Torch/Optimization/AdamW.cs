using Composer.Training.Optimization;
using Composer.Training.Torch.Native;
using Composer.Training.Torch.Parameters;
using Composer.Training.Torch.Threading;
using TorchSharp;
using static TorchSharp.torch;

namespace Composer.Training.Torch.Optimization;

/// <summary>The update of <see cref="AdamWSettings"/> on the device, in fp32, one fused pass over all parameters.</summary>
/// <remarks>libtorch's fused form divides gradients by a scale: the clipping costs no pass of its own.</remarks>
internal static class AdamW
{
    public const string Source = """
        def gradient_norm(gradients: List[Tensor]) -> Tensor:
            return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gradients, 2.0)), 2.0)

        def adamw(parameters: List[Tensor], gradients: List[Tensor], first: List[Tensor], second: List[Tensor], steps: List[Tensor], scale: Tensor, rate: float, beta1: float, beta2: float, decay: float, eps: float) -> Tensor:
            torch._fused_adamw_(parameters, gradients, first, second, [], steps, lr=rate, beta1=beta1, beta2=beta2, weight_decay=decay, eps=eps, amsgrad=False, maximize=False, grad_scale=scale)
            return scale

        def copy_all(to: List[Tensor], source: List[Tensor]) -> Tensor:
            torch._foreach_copy_(to, source)
            return to[0]
        """;

    /// <summary>The Euclidean norm of all gradients together, one fp64 on the device.</summary>
    public static Tensor Norm(Gradients gradients) => Scripts.Call("gradient_norm", (object)gradients.Sums).to_type(float64);

    /// <summary>Updates every parameter in place. The gradients are overwritten when clipped.</summary>
    /// <param name="parameters">Values and moments.</param>
    /// <param name="gradients">Finite.</param>
    /// <param name="norm">Of all gradients together.</param>
    /// <param name="update">This update's number, from 1.</param>
    /// <param name="settings">The rate and the rest.</param>
    /// <param name="workers">Each takes a share of the tensors; null on a GPU.</param>
    public static void Update(
        TorchParameters parameters, Gradients gradients, double norm, long update, AdamWSettings settings, CpuWorkers? workers)
    {
        using var gradientFree = no_grad();
        using var scope = NewDisposeScope();
        var device = parameters.Values[0].device;
        var step = tensor((float)update, float32, device);
        var scale = tensor((float)(norm > settings.ClipNorm ? norm / settings.ClipNorm : 1), float32, device);
        using Scalar beta1 = settings.Beta1, beta2 = settings.Beta2, epsilon = settings.Epsilon;
        if (workers is null)
        {
            Share(0, 1);
        }
        else
        {
            workers.Run(workers.Count, worker => Share(worker, workers.Count));
        }

        parameters.Changed();

        void Share(int index, int of)
        {
            using var without = no_grad();
            foreach (var rule in parameters.Rules.Distinct())
            {
                Apply(index, of, rule);
            }
        }

        void Apply(int index, int of, UpdateRule rule)
        {
            Tensor[] Own(Tensor[] all) => [.. all.Where((_, i) => i % of == index && parameters.Rules[i] == rule)];

            // libtorch decays by rate · decay, where the rate is the group's own.
            using Scalar rate = settings.LearningRate * rule.RateFactor;
            using Scalar weightDecay = rule.Decays ? settings.WeightDecay / rule.RateFactor : 0.0;
            var values = Own(parameters.Values);
            if (values.Length > 0)
            {
                var steps = new Tensor[values.Length];
                Array.Fill(steps, step);
                Scripts.Call(
                    "adamw",
                    values,
                    Own(gradients.Sums),
                    Own(parameters.FirstMoments),
                    Own(parameters.SecondMoments),
                    steps,
                    scale,
                    rate,
                    beta1,
                    beta2,
                    weightDecay,
                    epsilon).Dispose();
            }
        }
    }
}
