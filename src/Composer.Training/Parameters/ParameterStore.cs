using Composer.Training.Kernels;
using Composer.Training.Models;

namespace Composer.Training.Parameters;

/// <summary>A model's parameters and AdamW's moments in packed arrays, with the transposed copy.</summary>
/// <remarks>
/// The arrays share their offsets. Every update goes by <see cref="Units"/>: one panel of a matrix, or a
/// vector; units are independent of each other, and the panel's transposed copy is rebuilt with it.
/// </remarks>
internal sealed unsafe class ParameterStore : IDisposable
{
    private const int FillFloats = 1 << 16;
    private readonly AlignedArena arena = new();
    private readonly ParameterBinding[] bindings;
    private readonly (PackedMatrix? Matrix, long Offset, int Length)[] units;
    private readonly (float Rate, bool Decays)[] rules;

    /// <param name="plan">Where each lies.</param>
    /// <param name="parameters">In canonical order.</param>
    /// <param name="rateFactorOf">The share of the learning rate that each takes; those that lie in one matrix take the same.</param>
    public ParameterStore(
        ParameterPlan plan, IReadOnlyList<ParameterDescription> parameters, Func<ParameterDescription, double> rateFactorOf)
    {
        Count = plan.Count;
        Parameters = parameters;
        bindings = [.. parameters.Select(parameter => plan.BindingOf(parameter.Name))];
        units =
        [
            .. plan.Matrices.SelectMany(matrix => Enumerable
                .Range(0, matrix.PaddedColumns / TierKernels.PanelWidth)
                .Select(panel => ((PackedMatrix?)matrix, matrix.Offset + (panel * (long)matrix.PanelStride), (int)matrix.PanelStride))),
            .. plan.Vectors.Select(vector => ((PackedMatrix?)null, vector.Offset, vector.Length)),
        ];
        var ruleAt = RulesByOffset(rateFactorOf);
        rules = [.. units.Select(unit => ruleAt[unit.Matrix?.Offset ?? unit.Offset])];
        Values = arena.Allocate(Count);
        Transposed = arena.Allocate(Count);
        FirstMoments = arena.Allocate(Count);
        SecondMoments = arena.Allocate(Count);
    }

    public IReadOnlyList<ParameterDescription> Parameters { get; }

    /// <summary>Floats of each array, padding included; a multiple of 32.</summary>
    public long Count { get; }

    public int Units => units.Length;

    public float* Values { get; }

    /// <summary>Each matrix transposed, at the same offset.</summary>
    public float* Transposed { get; }

    public float* FirstMoments { get; }

    public float* SecondMoments { get; }

    /// <summary>Bytes that the arrays take.</summary>
    public long Bytes => arena.Bytes;

    public void Dispose() => arena.Dispose();

    /// <summary>One AdamW update of a unit, its transposed copy too.</summary>
    public void Update(TierKernels kernels, int unit, float* gradient, in AdamWCoefficients coefficients)
    {
        var (_, offset, length) = units[unit];
        var (rate, decays) = rules[unit];
        var own = decays ? coefficients : coefficients.WithoutDecay;
        own = rate == 1 ? own : own.AtRate(rate);
        kernels.Update(Values + offset, gradient + offset, FirstMoments + offset, SecondMoments + offset, length, own);
        Repack(kernels, unit);
    }

    /// <summary>Rebuilds the transposed copy of everything.</summary>
    public void RepackAll(TierKernels kernels)
    {
        for (var unit = 0; unit < units.Length; unit++)
        {
            Repack(kernels, unit);
        }
    }

    /// <summary>Rebuilds the transposed copy of one matrix.</summary>
    public void Repack(TierKernels kernels, PackedMatrix matrix)
    {
        for (var unit = 0; unit < units.Length; unit++)
        {
            if (units[unit].Matrix == matrix)
            {
                Repack(kernels, unit);
            }
        }
    }

    /// <summary>Copies a canonical tensor out of a packed array.</summary>
    public void Unpack(int parameter, float* packed, Span<float> destination)
    {
        var (rows, columns) = IndicesOf(parameter, destination.Length);
        for (var row = 0; row < rows.Length; row++)
        {
            var source = packed + rows[row];
            var target = destination.Slice(row * columns.Length, columns.Length);
            for (var column = 0; column < target.Length; column++)
            {
                target[column] = source[columns[column]];
            }
        }
    }

    /// <summary>Copies a canonical tensor into a packed array; the padding stays zero.</summary>
    public void Pack(int parameter, float* packed, ReadOnlySpan<float> source)
    {
        var (rows, columns) = IndicesOf(parameter, source.Length);
        Scatter(rows, columns, packed, source);
    }

    private static void Scatter(ReadOnlySpan<long> rows, ReadOnlySpan<long> columns, float* packed, ReadOnlySpan<float> source)
    {
        for (var row = 0; row < rows.Length; row++)
        {
            var target = packed + rows[row];
            var values = source.Slice(row * columns.Length, columns.Length);
            for (var column = 0; column < values.Length; column++)
            {
                target[columns[column]] = values[column];
            }
        }
    }

    /// <summary>Fills a tensor some rows at a time, so that no copy of it is needed.</summary>
    /// <param name="parameter">Which.</param>
    /// <param name="fill">Gets consecutive parts in row-major order.</param>
    public void Fill(int parameter, FillValues fill)
    {
        var (rows, columns) = IndicesOf(parameter, Parameters[parameter].Count);
        var buffer = new float[Math.Clamp(FillFloats / columns.Length, 1, rows.Length) * columns.Length];
        for (var first = 0; first < rows.Length; first += buffer.Length / columns.Length)
        {
            var part = Math.Min(buffer.Length / columns.Length, rows.Length - first);
            fill(buffer.AsSpan(0, part * columns.Length));
            Scatter(rows.AsSpan(first, part), columns, Values, buffer);
        }
    }

    /// <summary>How the matrices and vectors are updated, by where they begin.</summary>
    private Dictionary<long, (float Rate, bool Decays)> RulesByOffset(Func<ParameterDescription, double> rateFactorOf)
    {
        var found = new Dictionary<long, (float, bool)>();
        foreach (var held in Parameters.Zip(bindings).GroupBy(pair => pair.Second.Offset, pair => pair.First))
        {
            var rulesHere = held.Select(p => ((float)rateFactorOf(p), p.Decays)).Distinct().ToList();
            if (rulesHere.Count > 1)
            {
                throw new InvalidOperationException(
                    $"{string.Join(", ", held.Select(p => p.Name))} lie in one matrix: they decay, or not, and learn alike.");
            }

            found[held.Key] = rulesHere[0];
        }

        return found;
    }

    // An element's index is the sum of its row's and its column's.
    private (long[] Rows, long[] Columns) IndicesOf(int parameter, long length)
    {
        var (description, binding) = (Parameters[parameter], bindings[parameter]);
        if (length != description.Count)
        {
            throw new ArgumentException($"{description.Name} has {description.Count} elements, not {length}.");
        }

        return (
            [.. Enumerable.Range(0, description.Rows).Select(binding.RowIndex)],
            [.. Enumerable.Range(0, description.Columns).Select(binding.ColumnIndex)]);
    }

    private void Repack(TierKernels kernels, int unit)
    {
        var (matrix, offset, _) = units[unit];
        if (matrix is null)
        {
            return;
        }

        // Panel p holds columns 32p …: in the transposed copy they are rows 32p … of every panel.
        var rows = (offset - matrix.Offset) / matrix.PanelStride * TierKernels.PanelWidth;
        for (var k = 0; k < matrix.PaddedInner; k += TierKernels.PanelWidth)
        {
            var target = Transposed + matrix.Offset
                + (k / TierKernels.PanelWidth * matrix.TransposedPanelStride) + (rows * TierKernels.PanelWidth);
            kernels.Transpose(
                TierKernels.PanelWidth,
                TierKernels.PanelWidth,
                Values + offset + ((nint)k * TierKernels.PanelWidth),
                TierKernels.PanelWidth,
                target,
                TierKernels.PanelWidth);
        }
    }
}
