using Composer.Training.Models;
using Composer.Training.Parameters;

namespace Composer.Training.Layers;

/// <summary>cos and sin of position · θ^(−2i / head size), in rows of head size / 2.</summary>
internal sealed unsafe class RotaryTable : IDisposable
{
    private readonly AlignedArena arena = new();
    private readonly float* cosines;
    private readonly float* sines;

    public RotaryTable(ModelConfiguration configuration)
    {
        Half = configuration.Shape.HeadSize / 2;

        // Padded positions are rotated too.
        var rows = Padding.ToGranule(configuration.MaximumLength);
        cosines = arena.Allocate((long)rows * Half);
        sines = arena.Allocate((long)rows * Half);
        for (var i = 0; i < Half; i++)
        {
            var frequency = Math.Pow(configuration.RopeTheta, -(double)i / Half);
            for (var t = 0; t < rows; t++)
            {
                var (sine, cosine) = Math.SinCos(t * frequency);
                cosines[((nint)t * Half) + i] = (float)cosine;
                sines[((nint)t * Half) + i] = (float)sine;
            }
        }
    }

    /// <summary>Pairs of a head.</summary>
    public int Half { get; }

    public float* CosinesFrom(int position) => cosines + ((nint)position * Half);

    public float* SinesFrom(int position) => sines + ((nint)position * Half);

    public void Dispose() => arena.Dispose();
}
