using Composer.Training.Layers;
using Composer.Training.Models;
using Composer.Training.Parameters;

namespace Composer.Training.Cpu;

/// <summary>What the CPU engine will touch to decode with a model, known before anything is allocated.</summary>
/// <param name="ParameterBytes">Values, padding included, and the transposed embedding.</param>
/// <param name="CacheBytes">What the layers keep of all sequences.</param>
/// <param name="WorkingBytes">Activations of a chunk, logits and rotary angles.</param>
public sealed record DecodingMemory(long ParameterBytes, long CacheBytes, long WorkingBytes)
{
    public long TotalBytes => ParameterBytes + CacheBytes + WorkingBytes;

    /// <exception cref="ArgumentException">The configuration cannot be built.</exception>
    public static DecodingMemory Of(ModelConfiguration configuration, int sequences, int threads)
    {
        // The graph of one position: everything but the length is as in the real one.
        using var graph = new ModelGraph(configuration with { MaximumLength = 1 });
        var length = configuration.MaximumLength;
        var rows = CpuBatchDecoder.RowsOf(length, sequences);
        var logits = (long)sequences * Padding.ToStride(configuration.Vocabulary);
        var working = (2L * rows * graph.Stride) + logits + (2L * Padding.ToGranule(length) * graph.Rotary.Half)
            + graph.Layers.Max(layer => layer.DecodeScratchFloats(rows, threads));
        return new DecodingMemory(
            sizeof(float) * (graph.Plan.Count + graph.Output.Count),
            graph.Layers.Sum(layer => layer.CacheBytes(length)) * sequences,
            sizeof(float) * working);
    }
}
