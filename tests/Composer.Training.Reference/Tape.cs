namespace Composer.Training.Reference;

/// <summary>
/// Numbers in double precision that remember what they were made of: gradients by the chain rule alone, one number at a
/// time, and none derived by hand. A number is known by its place, or as a <see cref="Number"/> where formulas are long.
/// </summary>
public sealed class Tape
{
    private readonly List<(double Value, int First, double ByFirst, int Second, double BySecond, int Addend)> nodes = [];

    public double this[int node] => nodes[node].Value;

    /// <summary>A number that a gradient is wanted of, or a constant.</summary>
    public int Leaf(double value) => Add(value);

    /// <summary>The same, to be computed with.</summary>
    public Number NumberOf(double value) => new(this, Add(value));

    /// <summary>f(a), whose derivative is given.</summary>
    public int Apply(int a, Func<double, (double Value, double Derivative)> function)
    {
        var (value, derivative) = function(this[a]);
        return Add(value, a, derivative);
    }

    /// <summary>a · b (+ addend, where one is given).</summary>
    public int Product(int a, int b, int addend = -1) =>
        Add((this[a] * this[b]) + (addend < 0 ? 0 : this[addend]), a, this[b], b, this[a], addend);

    /// <summary>a − b.</summary>
    public int Difference(int a, int b) => Add(this[a] - this[b], a, 1, b, -1);

    /// <summary>a + b.</summary>
    public int Sum(int a, int b) => Add(this[a] + this[b], a, 1, b, 1);

    /// <summary>Σ a · b.</summary>
    public int Dot(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        var sum = -1;
        for (var i = 0; i < a.Length; i++)
        {
            sum = Product(a[i], b[i], sum);
        }

        return sum;
    }

    /// <summary>The derivative of a number by each one on the tape, by their places.</summary>
    public double[] Gradients(int of)
    {
        var gradients = new double[nodes.Count];
        gradients[of] = 1;
        for (var i = of; i >= 0; i--)
        {
            var node = nodes[i];
            Reach(node.First, node.ByFirst * gradients[i]);
            Reach(node.Second, node.BySecond * gradients[i]);
            Reach(node.Addend, gradients[i]);
        }

        return gradients;

        void Reach(int node, double gradient)
        {
            if (node >= 0)
            {
                gradients[node] += gradient;
            }
        }
    }

    private int Add(double value, int first = -1, double byFirst = 0, int second = -1, double bySecond = 0, int addend = -1)
    {
        nodes.Add((value, first, byFirst, second, bySecond, addend));
        return nodes.Count - 1;
    }

    /// <param name="Tape">Where it is.</param>
    /// <param name="Place">On it.</param>
    public readonly record struct Number(Tape Tape, int Place)
    {
        public double Value => Tape[Place];

        public static Number operator +(Number a, Number b) => new(a.Tape, a.Tape.Sum(a.Place, b.Place));

        public static Number operator +(Number a, double b) => a.Apply(a.Value + b, 1);

        public static Number operator -(Number a, Number b) => new(a.Tape, a.Tape.Difference(a.Place, b.Place));

        public static Number operator *(Number a, Number b) => new(a.Tape, a.Tape.Product(a.Place, b.Place));

        public static Number operator *(Number a, double b) => a.Apply(a.Value * b, b);

        public Number Exp() => Apply(Math.Exp(Value), Math.Exp(Value));

        public Number Log() => Apply(Math.Log(Value), 1 / Value);

        public Number ReciprocalRoot() => Apply(1 / Math.Sqrt(Value), -0.5 / (Value * Math.Sqrt(Value)));

        public Number Softplus() => Apply(Math.Log(1 + Math.Exp(Value)), 1 / (1 + Math.Exp(-Value)));

        public Number Silu()
        {
            var sigmoid = 1 / (1 + Math.Exp(-Value));
            return Apply(Value * sigmoid, sigmoid + (Value * sigmoid * (1 - sigmoid)));
        }

        private Number Apply(double value, double derivative) => new(Tape, Tape.Add(value, Place, derivative));
    }
}
