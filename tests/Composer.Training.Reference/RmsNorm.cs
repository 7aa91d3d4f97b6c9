namespace Composer.Training.Reference;

/// <summary>y = g · x / √(mean(x²) + ε), row by row.</summary>
internal static class RmsNorm
{
    public static Matrix Forward(Matrix x, double[] gain, double epsilon)
    {
        var y = new Matrix(x.Rows, x.Columns);
        for (var t = 0; t < x.Rows; t++)
        {
            var root = Root(x, t, epsilon);
            for (var i = 0; i < x.Columns; i++)
            {
                y[t, i] = gain[i] * x[t, i] / root;
            }
        }

        return y;
    }

    /// <summary>Returns dX and adds to dGain.</summary>
    public static Matrix Backward(Matrix x, double[] gain, double epsilon, Matrix dY, double[] dGain)
    {
        var dX = new Matrix(x.Rows, x.Columns);
        for (var t = 0; t < x.Rows; t++)
        {
            var root = Root(x, t, epsilon);
            var inner = 0.0;
            for (var i = 0; i < x.Columns; i++)
            {
                dGain[i] += dY[t, i] * x[t, i] / root;
                inner += dY[t, i] * gain[i] * x[t, i];
            }

            for (var i = 0; i < x.Columns; i++)
            {
                dX[t, i] = (gain[i] * dY[t, i] / root) - (x[t, i] * inner / (x.Columns * root * root * root));
            }
        }

        return dX;
    }

    private static double Root(Matrix x, int row, double epsilon)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Columns; i++)
        {
            sum += x[row, i] * x[row, i];
        }

        return Math.Sqrt((sum / x.Columns) + epsilon);
    }
}
