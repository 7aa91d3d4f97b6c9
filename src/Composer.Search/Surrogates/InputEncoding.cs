namespace Composer.Search.Surrogates;

/// <summary>
/// Orders as rows of real numbers, as one kernel sees them, and the length scale that each column has.
/// </summary>
/// <remarks>
/// One column a position. Two primitives: 0 or 1. More: the primitive's digit, of which only whether it is the same
/// counts, so that two different primitives are at distance 1 as well (one-hot / √2 in one column). Features, each in
/// [−2, 2]: for each primitive but the first its share 2·count/n and its place 2·Σ mᵢ·lin(−1, 1)ᵢ/n, and
/// 2·transitions/(n − 1).
/// Immutable and thread-safe.
/// </remarks>
internal sealed class InputEncoding
{
    private readonly int layers;
    private readonly int primitives;
    private readonly bool features;
    private readonly int[] scaleOfColumn;

    public InputEncoding(SearchSpace space, KernelKind kind)
    {
        layers = space.Layers;
        primitives = space.Primitives.Length;
        features = kind == KernelKind.PositionsAndFeatures;
        Categories = primitives <= 2 ? 0 : layers;
        Columns = layers + (features ? (2 * (primitives - 1)) + 1 : 0);
        scaleOfColumn = new int[Columns];
        if (kind != KernelKind.Isotropic)
        {
            for (var c = 0; c < Columns; c++)
            {
                scaleOfColumn[c] = c;
            }
        }

        Scales = scaleOfColumn[^1] + 1;
        PriorDimension = kind == KernelKind.Isotropic ? layers : Scales;
    }

    /// <summary>Numbers in a row.</summary>
    public int Columns { get; }

    /// <summary>The first columns, in which different numbers are at distance 1 whatever they are.</summary>
    public int Categories { get; }

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
        for (var i = 0; i < layers; i++)
        {
            row[i] = digits[i];
        }

        if (features)
        {
            EncodeFeatures(digits, row[layers..]);
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
