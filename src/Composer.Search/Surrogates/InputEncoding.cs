namespace Composer.Search.Surrogates;

/// <summary>
/// Orders as rows of real numbers, as one kernel sees them, and the length scale that each column has.
/// </summary>
/// <remarks>
/// Two primitives: one column a position, 0 or 1. More: one-hot / √2, one length scale a position, so that
/// two different primitives are at distance 1 as well. Features, each in [−2, 2]: for each primitive but
/// the first its share 2·count/n and its place 2·Σ mᵢ·lin(−1, 1)ᵢ/n, and 2·transitions/(n − 1).
/// Immutable and thread-safe.
/// </remarks>
internal sealed class InputEncoding
{
    private readonly int layers;
    private readonly int primitives;
    private readonly int columnsOfPosition;
    private readonly bool features;
    private readonly int[] scaleOfColumn;

    public InputEncoding(SearchSpace space, KernelKind kind)
    {
        layers = space.Layers;
        primitives = space.Primitives.Length;
        columnsOfPosition = primitives <= 2 ? 1 : primitives;
        features = kind == KernelKind.PositionsAndFeatures;
        Columns = (layers * columnsOfPosition) + (features ? (2 * (primitives - 1)) + 1 : 0);
        scaleOfColumn = new int[Columns];
        if (kind != KernelKind.Isotropic)
        {
            for (var c = 0; c < Columns; c++)
            {
                var ofPositions = layers * columnsOfPosition;
                scaleOfColumn[c] = c < ofPositions ? c / columnsOfPosition : layers + (c - ofPositions);
            }
        }

        Scales = scaleOfColumn[^1] + 1;
        PriorDimension = kind == KernelKind.Isotropic ? layers : Scales;
    }

    /// <summary>Numbers in a row.</summary>
    public int Columns { get; }

    /// <summary>Length scales of the kernel.</summary>
    public int Scales { get; }

    /// <summary>n of the length scales' prior.</summary>
    public int PriorDimension { get; }

    /// <summary>The length scale of each column.</summary>
    public ReadOnlySpan<int> ScaleOfColumn => scaleOfColumn;

    /// <param name="digits">The order, one digit a layer.</param>
    /// <param name="row">[Columns], overwritten.</param>
    public void Encode(ReadOnlySpan<byte> digits, Span<double> row)
    {
        if (columnsOfPosition == 1)
        {
            for (var i = 0; i < layers; i++)
            {
                row[i] = digits[i];
            }
        }
        else
        {
            row[..(layers * columnsOfPosition)].Clear();
            for (var i = 0; i < layers; i++)
            {
                row[(i * columnsOfPosition) + digits[i]] = Math.Sqrt(0.5);
            }
        }

        if (features)
        {
            EncodeFeatures(digits, row[(layers * columnsOfPosition)..]);
        }
    }

    private void EncodeFeatures(ReadOnlySpan<byte> digits, Span<double> row)
    {
        row.Clear();
        for (var i = 0; i < layers; i++)
        {
            var primitive = digits[i] - 1;
            if (primitive >= 0)
            {
                var place = layers == 1 ? 0 : (2.0 * i / (layers - 1)) - 1;
                row[2 * primitive] += 2.0 / layers;
                row[(2 * primitive) + 1] += 2.0 * place / layers;
            }

            if (i > 0 && digits[i] != digits[i - 1])
            {
                row[^1] += 2.0 / (layers - 1);
            }
        }
    }
}
