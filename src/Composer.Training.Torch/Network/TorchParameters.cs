using System.Runtime.InteropServices;
using Composer.Core;
using Composer.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Composer.Training.Torch.Network;

/// <summary>The parameters and AdamW's moments on the device, fp32, in canonical order.</summary>
internal sealed class TorchParameters : IDisposable
{
    // Bounds each copy between host and device.
    private const long ChunkBytes = 256L << 20;

    private readonly Tensor[][] slots;
    private readonly Dictionary<string, int> indices;

    public TorchParameters(ModelConfiguration configuration, Seed initialization, Device device)
    {
        Layout = ParameterLayout.Of(configuration);
        indices = Layout.Select((parameter, index) => (parameter.Name, index))
            .ToDictionary(pair => pair.Name, pair => pair.index, StringComparer.Ordinal);
        slots = new Tensor[Enum.GetValues<StateSlot>().Length][];
        using var gradientFree = no_grad();
        for (var slot = 0; slot < slots.Length; slot++)
        {
            slots[slot] = [.. Layout.Select(parameter => zeros(ShapeOf(parameter), float32, device).DetachFromDisposeScope())];
        }

        for (var i = 0; i < Layout.Count; i++)
        {
            var values = new float[Layout[i].Count];
            ModelInitializer.Fill(configuration, Layout[i], initialization, values);
            Write(i, StateSlot.Parameter, values);
            Values[i].requires_grad_(true);
        }
    }

    public IReadOnlyList<ParameterDescription> Layout { get; }

    /// <summary>Leaves of the graph.</summary>
    public Tensor[] Values => slots[(int)StateSlot.Parameter];

    public Tensor[] FirstMoments => slots[(int)StateSlot.FirstMoment];

    public Tensor[] SecondMoments => slots[(int)StateSlot.SecondMoment];

    public Tensor this[string name] => Values[indices[name]];

    public void Read(int parameter, StateSlot slot, Span<float> destination)
    {
        RequireSize(parameter, destination.Length);
        using var gradientFree = no_grad();
        foreach (var (start, rows, columns) in Chunks(parameter))
        {
            using var scope = NewDisposeScope();
            var host = slots[(int)slot][parameter].detach().narrow(0, start, rows).contiguous().cpu();
            MemoryMarshal.Cast<byte, float>(host.bytes).CopyTo(destination.Slice(checked((int)(start * columns)), (int)(rows * columns)));
        }
    }

    public void Write(int parameter, StateSlot slot, ReadOnlySpan<float> source)
    {
        RequireSize(parameter, source.Length);
        using var gradientFree = no_grad();
        foreach (var (start, rows, columns) in Chunks(parameter))
        {
            using var scope = NewDisposeScope();
            var target = slots[(int)slot][parameter].detach().narrow(0, start, rows);
            var part = source.Slice(checked((int)(start * columns)), (int)(rows * columns));
            target.copy_(tensor(part.ToArray(), float32).reshape(target.shape));
        }
    }

    public void Dispose()
    {
        foreach (var value in slots.SelectMany(slot => slot))
        {
            value.Dispose();
        }
    }

    private static long[] ShapeOf(ParameterDescription parameter) =>
        parameter.IsVector ? [parameter.Rows] : [parameter.Rows, parameter.Columns];

    private void RequireSize(int parameter, int count)
    {
        if (Layout[parameter].Count != count)
        {
            throw new ArgumentException($"{Layout[parameter].Name} has {Layout[parameter].Count} elements, not {count}.");
        }
    }

    private IEnumerable<(long Start, long Rows, long Columns)> Chunks(int parameter)
    {
        var (rows, columns) = (Layout[parameter].Rows, (long)Layout[parameter].Columns);
        var step = Math.Max(1, ChunkBytes / (columns * sizeof(float)));
        for (var start = 0L; start < rows; start += step)
        {
            yield return (start, Math.Min(step, rows - start), columns);
        }
    }
}
