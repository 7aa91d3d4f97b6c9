namespace Composer.Architecture.Primitives;

/// <summary>The tensor of a short convolution in which each channel has taps of its own.</summary>
public static class ConvolutionTaps
{
    /// <summary>
    /// [channels, taps], uniform in ±1/√taps: what PyTorch's Conv1d begins with, and Mamba's short convolutions so; the last
    /// tap is the position's own.
    /// </summary>
    /// <param name="name">Within the layer.</param>
    /// <param name="channels">Each with taps of its own.</param>
    /// <param name="taps">Positions that are seen.</param>
    public static PrimitiveTensor Tensor(string name, int channels, int taps) => new(name, channels, taps)
    {
        FollowsWidth = false,
        Fill = (rng, values) =>
        {
            var bound = 1 / Math.Sqrt(taps);
            foreach (ref var value in values)
            {
                value = (float)(bound * ((2 * rng.NextDouble()) - 1));
            }
        },
    };
}
