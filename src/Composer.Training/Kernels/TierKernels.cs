namespace Composer.Training.Kernels;

/// <summary>
/// The engine's kernels on one tier of instructions, each defined here one number at a time.
/// <see cref="ScalarKernels"/> are these; <see cref="Avx2Kernels"/> and <see cref="Avx512Kernels"/> override those
/// that vectors speed up.
/// </summary>
/// <remarks>
/// Matrices are rows of floats with a stride (<c>ld…</c>, in floats). Widths are padded to multiples of 16
/// by the caller, with zeros, and rows of activations likewise, so that no kernel has a tail. Nothing is
/// allocated and nothing outside the stated ranges is written; reads may touch the padding. Stateless.
/// </remarks>
internal abstract unsafe partial class TierKernels
{
    /// <summary>Columns of a packed panel.</summary>
    public const int PanelWidth = 32;

    /// <summary>What widths and rows are padded to.</summary>
    public const int Granule = 16;

    /// <summary>Features of a head that the narrow attention kernels take; narrower heads are padded to it.</summary>
    public const int NarrowHead = 8;

    /// <summary>Terms of a product that are summed before the sum goes to memory.</summary>
    protected const int InnerBlock = 128;

    public abstract InstructionSetTier Tier { get; }

    /// <summary>y = x · b (+ addend).</summary>
    /// <param name="rows">Rows of x and y, any number.</param>
    /// <param name="inner">Columns of x, rows of b, any number.</param>
    /// <param name="columns">Columns of b and y, a multiple of 16.</param>
    /// <param name="x">[rows, inner].</param>
    /// <param name="ldx">Stride of x.</param>
    /// <param name="b">Element (k, n) lies at n / 32 · <paramref name="panelStride"/> + k · <paramref name="ldb"/> + n % 32.</param>
    /// <param name="ldb">32 for packed panels.</param>
    /// <param name="panelStride">32 for plain row-major.</param>
    /// <param name="y">[rows, columns], overwritten; must not overlap x or b.</param>
    /// <param name="ldy">Stride of y and of the addend.</param>
    /// <param name="addend">[rows, columns] or null; may be y.</param>
    public virtual void Multiply(
        int rows,
        int inner,
        int columns,
        float* x,
        nint ldx,
        float* b,
        nint ldb,
        nint panelStride,
        float* y,
        nint ldy,
        float* addend)
    {
        for (nint t = 0; t < rows; t++)
        {
            for (nint n = 0; n < columns; n++)
            {
                var column = b + (n / PanelWidth * panelStride) + (n % PanelWidth);
                var sum = addend == null ? 0f : addend[(t * ldy) + n];
                for (nint k = 0; k < inner; k++)
                {
                    sum += x[(t * ldx) + k] * column[k * ldb];
                }

                y[(t * ldy) + n] = sum;
            }
        }
    }

    /// <summary>c += xᵀ · dy.</summary>
    /// <param name="rows">Rows of x and dy, any number.</param>
    /// <param name="inner">Columns of x, rows of c; rounded up to a multiple of 8 (the padding of x must be zero,
    /// that of c is written).</param>
    /// <param name="columns">Columns of dy and c, a multiple of 16.</param>
    /// <param name="x">[rows, inner].</param>
    /// <param name="ldx">Stride of x.</param>
    /// <param name="dy">[rows, columns].</param>
    /// <param name="lddy">Stride of dy.</param>
    /// <param name="c">Element (k, n) lies at n / 32 · <paramref name="panelStride"/> + k · <paramref name="ldc"/> + n % 32.</param>
    /// <param name="ldc">32 for packed panels.</param>
    /// <param name="panelStride">32 for plain row-major.</param>
    public virtual void AccumulateTransposed(
        int rows,
        int inner,
        int columns,
        float* x,
        nint ldx,
        float* dy,
        nint lddy,
        float* c,
        nint ldc,
        nint panelStride)
    {
        for (nint k = 0; k < inner; k++)
        {
            for (nint n = 0; n < columns; n++)
            {
                var sum = 0f;
                for (nint t = 0; t < rows; t++)
                {
                    sum += x[(t * ldx) + k] * dy[(t * lddy) + n];
                }

                c[(n / PanelWidth * panelStride) + (k * ldc) + (n % PanelWidth)] += sum;
            }
        }
    }

    /// <summary>destination[c, r] = source[r, c], rows and columns multiples of 16.</summary>
    public virtual void Transpose(int rows, int columns, float* source, nint lds, float* destination, nint ldd)
    {
        for (nint r = 0; r < rows; r++)
        {
            for (nint c = 0; c < columns; c++)
            {
                destination[(c * ldd) + r] = source[(r * lds) + c];
            }
        }
    }

    /// <summary>destination += source, a multiple of 16 elements.</summary>
    public virtual void Add(float* destination, float* source, nint count)
    {
        for (nint i = 0; i < count; i++)
        {
            destination[i] += source[i];
        }
    }

    /// <summary>x *= factor, a multiple of 16 elements.</summary>
    public virtual void Scale(float* x, nint count, float factor)
    {
        for (nint i = 0; i < count; i++)
        {
            x[i] *= factor;
        }
    }

    /// <summary>Σ x², summed in double, a multiple of 16 elements.</summary>
    public virtual double SumOfSquares(float* x, nint count)
    {
        var sum = 0.0;
        for (nint i = 0; i < count; i++)
        {
            sum += (double)x[i] * x[i];
        }

        return sum;
    }
}
