namespace Composer.Training.Reference;

/// <summary>down(silu(gate x) · up x), silu(z) = z / (1 + e^−z).</summary>
internal sealed class SwiGlu
{
    private readonly Matrix input;
    private readonly Matrix[] weights;
    private readonly Matrix gate;
    private readonly Matrix up;
    private readonly Matrix inner;

    /// <param name="input">[T, dim], normed.</param>
    /// <param name="weights">gate and up [hidden, dim], down [dim, hidden].</param>
    public SwiGlu(Matrix input, Matrix[] weights)
    {
        (this.input, this.weights) = (input, weights);
        gate = Matrix.Project(input, weights[0]);
        up = Matrix.Project(input, weights[1]);
        inner = new Matrix(gate.Rows, gate.Columns);
        for (var i = 0; i < inner.Values.Length; i++)
        {
            var z = gate.Values[i];
            inner.Values[i] = z / (1 + Math.Exp(-z)) * up.Values[i];
        }

        Output = Matrix.Project(inner, weights[2]);
    }

    /// <summary>[T, dim]</summary>
    public Matrix Output { get; }

    /// <summary>Returns the input's gradient and adds to the weights'.</summary>
    public Matrix Backward(Matrix dOutput, Matrix[] dWeights)
    {
        var dInner = Matrix.ProjectBackward(inner, weights[2], dOutput, dWeights[2]);
        var dGate = new Matrix(gate.Rows, gate.Columns);
        var dUp = new Matrix(up.Rows, up.Columns);
        for (var i = 0; i < dInner.Values.Length; i++)
        {
            var z = gate.Values[i];
            var sigmoid = 1 / (1 + Math.Exp(-z));
            dUp.Values[i] = dInner.Values[i] * z * sigmoid;
            dGate.Values[i] = dInner.Values[i] * up.Values[i] * sigmoid * (1 + (z * (1 - sigmoid)));
        }

        var dInput = Matrix.ProjectBackward(input, weights[0], dGate, dWeights[0]);
        dInput.Add(Matrix.ProjectBackward(input, weights[1], dUp, dWeights[1]));
        return dInput;
    }
}
