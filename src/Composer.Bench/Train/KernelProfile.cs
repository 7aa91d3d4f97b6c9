using Composer.Training.Kernels;

namespace Composer.Bench.Train;

/// <summary>Reads the clocks of <see cref="ProfilingKernels"/> as shares.</summary>
internal static class KernelProfile
{
    /// <param name="kernels">What ran.</param>
    /// <param name="stepSeconds">Of all steps together.</param>
    /// <param name="steps">How many.</param>
    /// <param name="threads">Threads at once.</param>
    public static IReadOnlyList<KernelShare> Of(ProfilingKernels kernels, double stepSeconds, int steps, int threads)
    {
        var whole = stepSeconds * threads;
        var shares = new List<KernelShare>();
        foreach (var part in Enum.GetValues<KernelPart>())
        {
            var (seconds, calls) = kernels.Of(part);
            shares.Add(new KernelShare(NameOf(part), seconds / whole, seconds * 1000 / steps, calls, steps));
        }

        var rest = 1 - shares.Sum(share => share.Share);
        shares.Add(new KernelShare("outside the kernels", rest, rest * whole * 1000 / steps, 0, steps));
        return shares;
    }

    private static string NameOf(KernelPart part) => part switch
    {
        KernelPart.ForwardProducts => "products, forward",
        KernelPart.InputGradients => "products, dX",
        KernelPart.WeightGradients => "products, dW",
        KernelPart.Attention => "attention",
        KernelPart.Rotation => "RoPE",
        KernelPart.Activation => "SwiGLU, GELU",
        KernelPart.Norm => "norms",
        KernelPart.Head => "head and loss",
        KernelPart.Sum => "gradient sums",
        KernelPart.Update => "AdamW",
        _ => throw new ArgumentOutOfRangeException(nameof(part)),
    };
}
