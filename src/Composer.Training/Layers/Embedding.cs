using Composer.Training.Kernels;
using Composer.Training.Parameters;
using Composer.Training.Profiling;

namespace Composer.Training.Layers;

/// <summary>The token embedding: a packed table [tokens, features].</summary>
internal static unsafe class Embedding
{
    /// <summary>x[t] = table[tokens[t]]; padded rows become zero.</summary>
    public static void Forward(SequencePass pass, PackedMatrix table, ReadOnlySpan<int> tokens, float* x)
    {
        using var part = pass.Begin(PassPart.Embedding);
        for (var t = 0; t < tokens.Length; t++)
        {
            var row = pass.Store.Values + table.Offset + ((nint)tokens[t] * TierKernels.PanelWidth);
            var target = x + ((nint)t * pass.Stride);
            for (var d = 0; d < table.PaddedColumns; d += TierKernels.PanelWidth, row += table.PanelStride)
            {
                new Span<float>(row, TierKernels.PanelWidth).CopyTo(new Span<float>(target + d, TierKernels.PanelWidth));
            }
        }

        new Span<float>(x + ((nint)tokens.Length * pass.Stride), (pass.Rows - tokens.Length) * pass.Stride).Clear();
    }

    /// <summary>dTable[tokens[t]] += dx[t].</summary>
    public static void Backward(SequencePass pass, PackedMatrix table, ReadOnlySpan<int> tokens, float* dx)
    {
        using var part = pass.Begin(PassPart.Embedding);
        for (var t = 0; t < tokens.Length; t++)
        {
            var row = pass.Gradient + table.Offset + ((nint)tokens[t] * TierKernels.PanelWidth);
            var source = dx + ((nint)t * pass.Stride);
            for (var d = 0; d < table.PaddedColumns; d += TierKernels.PanelWidth, row += table.PanelStride)
            {
                pass.Kernels.Add(row, source + d, TierKernels.PanelWidth);
            }
        }
    }
}
