namespace Composer.Training.Reference;

/// <summary>A row-major matrix of doubles: activations [T, width] and projections [out, in].</summary>
public sealed class Matrix
{
    public Matrix(int rows, int columns)
        : this(rows, columns, new double[rows * columns])
    {
    }

    public Matrix(int rows, int columns, double[] values)
    {
        if (values.Length != rows * columns)
        {
            throw new ArgumentException($"{rows} × {columns} is not {values.Length}.", nameof(values));
        }

        (Rows, Columns, Values) = (rows, columns, values);
    }

    public int Rows { get; }

    public int Columns { get; }

    public double[] Values { get; }

    public double this[int row, int column]
    {
        get => Values[(row * Columns) + column];
        set => Values[(row * Columns) + column] = value;
    }

    public Span<double> Row(int row) => Values.AsSpan(row * Columns, Columns);

    public void Add(Matrix other)
    {
        for (var i = 0; i < Values.Length; i++)
        {
            Values[i] += other.Values[i];
        }
    }

    /// <summary>y = x Wᵀ, for x [T, in] and W [out, in].</summary>
    public static Matrix Project(Matrix x, Matrix w)
    {
        var y = new Matrix(x.Rows, w.Rows);
        for (var t = 0; t < x.Rows; t++)
        {
            for (var o = 0; o < w.Rows; o++)
            {
                var xRow = x.Row(t);
                var wRow = w.Row(o);
                var sum = 0.0;
                for (var i = 0; i < wRow.Length; i++)
                {
                    sum += xRow[i] * wRow[i];
                }

                y[t, o] = sum;
            }
        }

        return y;
    }

    /// <summary>The backward of <see cref="Project"/>: returns dX [T, in] and adds to dW [out, in].</summary>
    public static Matrix ProjectBackward(Matrix x, Matrix w, Matrix dY, Matrix dW)
    {
        var dX = new Matrix(x.Rows, x.Columns);
        for (var t = 0; t < x.Rows; t++)
        {
            for (var o = 0; o < w.Rows; o++)
            {
                var dXRow = dX.Row(t);
                var dWRow = dW.Row(o);
                var xRow = x.Row(t);
                var wRow = w.Row(o);
                var d = dY[t, o];
                for (var i = 0; i < wRow.Length; i++)
                {
                    dXRow[i] += d * wRow[i];
                    dWRow[i] += d * xRow[i];
                }
            }
        }

        return dX;
    }
}
