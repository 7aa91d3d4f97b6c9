namespace Composer.Training.Reference;

/// <summary>
/// The head of MAD's compression task: the last position's state plus each position's sine/cosine code, then
/// norm → Linear → GELU, twice, norm → Linear(vocabulary); no residuals.
/// </summary>
internal sealed class CompressionDecoder
{
    private readonly double epsilon;
    private readonly Parameters parameters;
    private readonly Matrix[] blockInputs = new Matrix[3];
    private readonly Matrix[] normed = new Matrix[3];
    private readonly Matrix[] linear = new Matrix[2];

    /// <param name="hidden">[T, dim], after the final norm.</param>
    /// <param name="epsilon">The norms'.</param>
    /// <param name="parameters">The model's.</param>
    public CompressionDecoder(Matrix hidden, double epsilon, Parameters parameters)
    {
        (this.epsilon, this.parameters) = (epsilon, parameters);
        var x = new Matrix(hidden.Rows, hidden.Columns);
        for (var t = 0; t < x.Rows; t++)
        {
            for (var i = 0; i < x.Columns; i++)
            {
                x[t, i] = hidden[hidden.Rows - 1, i] + Code(t, i, x.Columns);
            }
        }

        for (var block = 0; block < 2; block++)
        {
            blockInputs[block] = x;
            normed[block] = RmsNorm.Forward(x, parameters.Vector($"decoder.{block}.norm"), epsilon);
            linear[block] = Matrix.Project(normed[block], parameters.Matrix($"decoder.{block}.linear"));
            x = new Matrix(x.Rows, x.Columns, Array.ConvertAll(linear[block].Values, Gelu.Forward));
        }

        blockInputs[2] = x;
        normed[2] = RmsNorm.Forward(x, parameters.Vector("decoder.norm"), epsilon);
        Logits = Matrix.Project(normed[2], parameters.Matrix("decoder.output"));
    }

    /// <summary>[T, vocabulary]</summary>
    public Matrix Logits { get; }

    /// <summary>[sin | cos] of position · 10000^(−i / (dim/2 − 1)), i &lt; dim/2.</summary>
    public static double Code(int position, int feature, int dim)
    {
        var half = dim / 2;
        var i = feature % half;
        var angle = position * Math.Pow(10_000, half == 1 ? 0 : -(double)i / (half - 1));
        return feature < half ? Math.Sin(angle) : Math.Cos(angle);
    }

    /// <summary>Returns the hidden states' gradient: zero but at the last position.</summary>
    public Matrix Backward(Matrix dLogits, Parameters gradients)
    {
        var d = Matrix.ProjectBackward(normed[2], parameters.Matrix("decoder.output"), dLogits, gradients.Matrix("decoder.output"));
        d = RmsNorm.Backward(blockInputs[2], parameters.Vector("decoder.norm"), epsilon, d, gradients.Vector("decoder.norm"));
        for (var block = 1; block >= 0; block--)
        {
            for (var i = 0; i < d.Values.Length; i++)
            {
                d.Values[i] *= Gelu.Derivative(linear[block].Values[i]);
            }

            var (weight, norm) = ($"decoder.{block}.linear", $"decoder.{block}.norm");
            d = Matrix.ProjectBackward(normed[block], parameters.Matrix(weight), d, gradients.Matrix(weight));
            d = RmsNorm.Backward(blockInputs[block], parameters.Vector(norm), epsilon, d, gradients.Vector(norm));
        }

        var dHidden = new Matrix(d.Rows, d.Columns);
        for (var t = 0; t < d.Rows; t++)
        {
            for (var i = 0; i < d.Columns; i++)
            {
                dHidden[d.Rows - 1, i] += d[t, i];
            }
        }

        return dHidden;
    }
}
