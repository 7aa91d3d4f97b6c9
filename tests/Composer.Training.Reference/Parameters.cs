using Composer.Training.Models;

namespace Composer.Training.Reference;

/// <summary>One double per parameter, tensor by tensor in canonical order: values, gradients or moments.</summary>
public sealed class Parameters
{
    private readonly Dictionary<string, Matrix> byName;

    public Parameters(IReadOnlyList<ParameterDescription> layout)
    {
        Tensors = [.. layout.Select(parameter => new Matrix(parameter.Rows, parameter.Columns))];
        byName = layout.Zip(Tensors).ToDictionary(pair => pair.First.Name, pair => pair.Second, StringComparer.Ordinal);
    }

    /// <summary>In canonical order.</summary>
    public IReadOnlyList<Matrix> Tensors { get; }

    public Matrix Matrix(string name) => byName[name];

    public double[] Vector(string name) => byName[name].Values;

    public void Clear()
    {
        foreach (var tensor in Tensors)
        {
            Array.Clear(tensor.Values);
        }
    }
}
