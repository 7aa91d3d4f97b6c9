using Composer.Training.Models;
using Composer.Training.Parameters;

namespace Composer.Training.Layers;

/// <summary>cos and sin of position · <see cref="ModelConfiguration.RotaryFrequency"/>, in rows of head size / 2.</summary>
internal sealed unsafe class RotaryTable : IDisposable
{
    private readonly ModelConfiguration configuration;
    private AlignedArena arena = new();
    private float* cosines;
    private float* sines;
    private int rows;

    public RotaryTable(ModelConfiguration configuration)
    {
        (Half, this.configuration) = (configuration.Shape.HeadSize / 2, configuration);
        Reach(configuration.MaximumLength);
    }

    /// <summary>Pairs of a head.</summary>
    public int Half { get; }

    /// <summary>
    /// Makes room for positions up to a length, where there is none yet; those that are there keep their bits. Nobody may
    /// hold a pointer from before.
    /// </summary>
    public void Reach(int length)
    {
        // Padded positions are rotated too.
        var wanted = Padding.ToGranule(length);
        if (wanted <= rows)
        {
            return;
        }

        arena.Dispose();
        arena = new AlignedArena();
        rows = wanted;
        cosines = arena.Allocate((long)rows * Half);
        sines = arena.Allocate((long)rows * Half);
        for (var i = 0; i < Half; i++)
        {
            var frequency = configuration.RotaryFrequency(i);
            for (var t = 0; t < rows; t++)
            {
                var (sine, cosine) = Math.SinCos(t * frequency);
                cosines[((nint)t * Half) + i] = (float)cosine;
                sines[((nint)t * Half) + i] = (float)sine;
            }
        }
    }

    public float* CosinesFrom(int position) => cosines + ((nint)position * Half);

    public float* SinesFrom(int position) => sines + ((nint)position * Half);

    public void Dispose() => arena.Dispose();
}
