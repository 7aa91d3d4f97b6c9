namespace Composer.Training.Parameters;

/// <summary>Collects a model's packed matrices and vectors, and which canonical tensors they hold.</summary>
internal sealed class ParameterPlan
{
    private readonly List<PackedMatrix> matrices = [];
    private readonly Dictionary<string, ParameterBinding> bindings = new(StringComparer.Ordinal);

    /// <summary>Floats that one packed array has.</summary>
    public long Count { get; private set; }

    /// <summary>Ranges of vectors: (offset, padded length).</summary>
    public List<(long Offset, int Length)> Vectors { get; } = [];

    public IReadOnlyList<PackedMatrix> Matrices => matrices;

    public PackedMatrix AddMatrix(int inner, int columns)
    {
        var matrix = new PackedMatrix(Count, inner, columns);
        Count += matrix.Count;
        matrices.Add(matrix);
        return matrix;
    }

    /// <summary>A matrix that holds one projection [columns, inner].</summary>
    public PackedMatrix AddProjection(string name, int inner, int columns)
    {
        var matrix = AddMatrix(inner, columns);
        Bind(name, new ParameterBinding.Projection(matrix, AxisMap.Contiguous(), AxisMap.Contiguous()));
        return matrix;
    }

    /// <returns>The vector's offset.</returns>
    public long AddVector(string name, int length)
    {
        var offset = AddVectors(1, length);
        Bind(name, new ParameterBinding.Vector(offset));
        return offset;
    }

    /// <summary>Vectors side by side, each padded to whole panels, for the caller to bind.</summary>
    /// <returns>The first one's offset.</returns>
    public long AddVectors(int count, int length)
    {
        var offset = Count;
        Vectors.Add((offset, count * Padding.ToPanel(length)));
        Count += count * Padding.ToPanel(length);
        return offset;
    }

    public void Bind(string name, ParameterBinding binding) => bindings.Add(name, binding);

    /// <exception cref="KeyNotFoundException">Nobody bound the tensor.</exception>
    public ParameterBinding BindingOf(string name) =>
        bindings.TryGetValue(name, out var binding)
            ? binding
            : throw new KeyNotFoundException($"No layer holds the parameter '{name}'.");
}
