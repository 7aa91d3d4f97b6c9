namespace Composer.Training.Tests.Primitives.Mamba2;

/// <summary>
/// Differentiates what is computed with its numbers, one operation at a time in double precision, and knows of the
/// operations alone: no gradient of a layer is derived by hand.
/// </summary>
internal sealed class Tape
{
    private readonly List<(int A, double DA, int B, double DB)> operations = [];
    private readonly List<double> values = [];

    /// <summary>A number that a gradient is wanted of, or a constant.</summary>
    public Number Leaf(double value) => Record(value, 0, 0, 0, 0);

    /// <summary>The derivative of a number by each one on the tape, by their places.</summary>
    public double[] Gradients(Number of)
    {
        var gradients = new double[values.Count];
        gradients[of.Place] = 1;
        for (var i = of.Place; i >= 0; i--)
        {
            var (a, da, b, db) = operations[i];
            gradients[a] += gradients[i] * da;
            gradients[b] += gradients[i] * db;
        }

        return gradients;
    }

    private Number Record(double value, int a, double da, int b, double db)
    {
        operations.Add((a, da, b, db));
        values.Add(value);
        return new Number(this, values.Count - 1);
    }

    /// <param name="Tape">Where it is.</param>
    /// <param name="Place">On it.</param>
    internal readonly record struct Number(Tape Tape, int Place)
    {
        public double Value => Tape.values[Place];

        public static Number operator +(Number a, Number b) => a.Tape.Record(a.Value + b.Value, a.Place, 1, b.Place, 1);

        public static Number operator +(Number a, double b) => a.Tape.Record(a.Value + b, a.Place, 1, 0, 0);

        public static Number operator -(Number a, Number b) => a.Tape.Record(a.Value - b.Value, a.Place, 1, b.Place, -1);

        public static Number operator *(Number a, Number b) => a.Tape.Record(a.Value * b.Value, a.Place, b.Value, b.Place, a.Value);

        public static Number operator *(Number a, double b) => a.Tape.Record(a.Value * b, a.Place, b, 0, 0);

        public Number Exp() => Apply(Math.Exp(Value), Math.Exp(Value));

        public Number Log() => Apply(Math.Log(Value), 1 / Value);

        public Number ReciprocalRoot() => Apply(1 / Math.Sqrt(Value), -0.5 / (Value * Math.Sqrt(Value)));

        public Number Softplus() => Apply(Math.Log(1 + Math.Exp(Value)), 1 / (1 + Math.Exp(-Value)));

        public Number Silu()
        {
            var sigmoid = 1 / (1 + Math.Exp(-Value));
            return Apply(Value * sigmoid, sigmoid + (Value * sigmoid * (1 - sigmoid)));
        }

        private Number Apply(double value, double derivative) => Tape.Record(value, Place, derivative, 0, 0);
    }
}
