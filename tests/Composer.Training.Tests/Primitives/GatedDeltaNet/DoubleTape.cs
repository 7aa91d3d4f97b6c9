namespace Composer.Training.Tests.Primitives.GatedDeltaNet;

/// <summary>
/// Numbers in double precision that remember what they were made of: gradients by the chain rule alone, one number at a
/// time.
/// </summary>
internal sealed class DoubleTape
{
    private readonly List<(double Value, int First, double ByFirst, int Second, double BySecond, int Addend)> nodes = [];

    public double this[int node] => nodes[node].Value;

    /// <summary>A number of its own.</summary>
    public int Leaf(double value) => Add(value);

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

    /// <summary>What each number adds to the last one.</summary>
    public double[] Gradients()
    {
        var gradients = new double[nodes.Count];
        gradients[^1] = 1;
        for (var i = nodes.Count - 1; i >= 0; i--)
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
}
