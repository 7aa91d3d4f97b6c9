namespace Composer.Training.Kernels;

/// <content>What a mixture of experts does with the rows of its experts.</content>
internal abstract unsafe partial class TierKernels
{
    /// <summary>destination += factor · source, a multiple of 16 elements.</summary>
    public virtual void AddScaled(float* destination, float* source, nint count, float factor)
    {
        for (nint i = 0; i < count; i++)
        {
            destination[i] += factor * source[i];
        }
    }

    /// <summary>
    /// The backward of rows of <see cref="SwiGlu"/> that enter a sum with a weight each, in place: gateUp becomes its gradient,
    /// dh weight · h, and dots[t] = Σ_f dh · h, the weight's gradient.
    /// </summary>
    /// <param name="rows">Rows.</param>
    /// <param name="width">Columns of h, a multiple of 16.</param>
    /// <param name="gateUp">[rows, 2·width], gate first.</param>
    /// <param name="ldg">Stride of gateUp.</param>
    /// <param name="dh">[rows, width], as if the weight were 1.</param>
    /// <param name="ldh">Stride of dh.</param>
    /// <param name="weights">[rows].</param>
    /// <param name="dots">[rows], overwritten.</param>
    public virtual void WeightedSwiGluBackward(
        int rows, int width, float* gateUp, nint ldg, float* dh, nint ldh, float* weights, float* dots)
    {
        for (var t = 0; t < rows; t++, gateUp += ldg, dh += ldh)
        {
            var (weight, dot) = (weights[t], 0f);
            for (nint f = 0; f < width; f++)
            {
                var (gate, up, d) = (gateUp[f], gateUp[width + f], dh[f]);
                var sigmoid = 1f / (1f + MathF.Exp(-gate));
                var silu = gate * sigmoid;
                dot += d * silu * up;
                gateUp[width + f] = weight * d * silu;
                gateUp[f] = weight * d * up * (sigmoid + (silu * (1f - sigmoid)));
                dh[f] = weight * silu * up;
            }

            dots[t] = dot;
        }
    }
}
