using System.Runtime.InteropServices;
using Composer.Core;
using Composer.Training.Models;
using Composer.Training.Torch.Native;
using static TorchSharp.torch;

namespace Composer.Training.Torch.Parameters;

/// <summary>
/// The parameters and AdamW's moments on the device, fp32, laid together in groups, and beside them what products
/// take: the same tensors, or copies in bf16 that follow each update.
/// </summary>
internal sealed class TorchParameters : IDisposable
{
    // Bounds each copy between host and device.
    private const long ChunkBytes = 256L << 20;

    private readonly Tensor[][] slots;
    private readonly Tensor[] weights;
    private readonly Tensor[] copied;
    private readonly Tensor[] copies;
    private readonly (int Group, long Row, int RotatedHeads)[] places;
    private bool stale;

    /// <param name="configuration">The model.</param>
    /// <param name="groups">Every parameter in one of them.</param>
    /// <param name="initialization">Of the parameters.</param>
    /// <param name="compute">The type of products.</param>
    /// <param name="device">Where.</param>
    public TorchParameters(
        ModelConfiguration configuration, IReadOnlyList<ParameterGroup> groups, Seed initialization, ScalarType compute, Device device)
    {
        Layout = ParameterLayout.Of(configuration);
        var indices = Layout.Select((parameter, index) => (parameter.Name, index))
            .ToDictionary(pair => pair.Name, pair => pair.index, StringComparer.Ordinal);
        places = new (int, long, int)[Layout.Count];
        var shapes = new List<long[]>();
        Rules =
        [
            .. groups.Select(group => group.Parts.Select(part => Layout[indices[part.Name]])
                .Select(p => new UpdateRule(configuration.Parametrization.RateFactorOf(configuration, p), p.Decays))
                .Distinct()
                .Single()),
        ];
        foreach (var group in groups)
        {
            var rows = 0L;
            foreach (var part in group.Parts)
            {
                places[indices[part.Name]] = (shapes.Count, rows, part.RotatedHeads);
                rows += Layout[indices[part.Name]].Rows;
            }

            var first = Layout[indices[group.Parts[0].Name]];
            shapes.Add(first.IsVector ? [rows] : [rows, first.Columns]);
        }

        using var gradientFree = no_grad();
        slots = [.. Enum.GetValues<StateSlot>().Select(_ => shapes.Select(shape => Kept(zeros(shape, float32, device))).ToArray())];
        weights = compute == float32
            ? Values
            : [.. Values.Select(value => value.dim() == 1 ? value : Kept(zeros(value.shape, compute, device)))];
        copied = [.. Values.Where((value, i) => !ReferenceEquals(value, weights[i]))];
        copies = [.. weights.Where((weight, i) => !ReferenceEquals(weight, Values[i]))];
        for (var i = 0; i < Layout.Count; i++)
        {
            var values = new float[Layout[i].Count];
            ModelInitializer.Fill(configuration, Layout[i], initialization, values);
            Write(i, StateSlot.Parameter, values);
        }

        foreach (var leaf in Values.Concat(copies))
        {
            leaf.requires_grad_(true);
        }
    }

    public IReadOnlyList<ParameterDescription> Layout { get; }

    /// <summary>fp32, one for each group; leaves of the graph.</summary>
    public Tensor[] Values => slots[(int)StateSlot.Parameter];

    public Tensor[] FirstMoments => slots[(int)StateSlot.FirstMoment];

    public Tensor[] SecondMoments => slots[(int)StateSlot.SecondMoment];

    /// <summary>How each group is updated.</summary>
    public IReadOnlyList<UpdateRule> Rules { get; }

    /// <summary>Values, moments and copies.</summary>
    public long Bytes => slots.SelectMany(slot => slot).Concat(copies).Sum(tensor => tensor.NumberOfElements * tensor.element_size());

    /// <summary>What products take: a matrix in the compute type, a vector in fp32; a leaf of the graph.</summary>
    public Tensor Weight(int group) => weights[group];

    /// <summary>The group of a canonical parameter.</summary>
    public int GroupOf(string name)
    {
        var index = 0;
        while (Layout[index].Name != name)
        {
            index++;
        }

        return places[index].Group;
    }

    /// <summary>Says that <see cref="Values"/> have changed.</summary>
    public void Changed() => stale = copies.Length > 0;

    /// <summary>Casts what has changed; to be called before the weights are used.</summary>
    public void Refresh()
    {
        if (stale)
        {
            using var gradientFree = no_grad();
            Scripts.Call("copy_all", copies, copied).Dispose();
            stale = false;
        }
    }

    public void Read(int parameter, StateSlot slot, Span<float> destination) =>
        Read(parameter, slots[(int)slot][places[parameter].Group], destination);

    /// <summary>Copies a canonical parameter's part of a group's tensor out.</summary>
    /// <param name="parameter">Canonical index.</param>
    /// <param name="group">Laid out as the group's values.</param>
    /// <param name="destination">Row-major.</param>
    public void Read(int parameter, Tensor group, Span<float> destination)
    {
        RequireSize(parameter, destination.Length);
        using var gradientFree = no_grad();
        using var scope = NewDisposeScope();
        var canonical = Canonical(parameter, group.detach());
        foreach (var (start, count) in Chunks(parameter))
        {
            var host = canonical.narrow(0, start, count).contiguous().cpu();
            MemoryMarshal.Cast<byte, float>(host.bytes).CopyTo(destination[checked((int)(start * Layout[parameter].Columns))..]);
            host.Dispose();
        }
    }

    public void Write(int parameter, StateSlot slot, ReadOnlySpan<float> source)
    {
        RequireSize(parameter, source.Length);
        using var gradientFree = no_grad();
        using var scope = NewDisposeScope();
        var (group, row, heads) = places[parameter];
        var (rows, columns) = (Layout[parameter].Rows, Layout[parameter].Columns);
        var target = slots[(int)slot][group].detach().narrow(0, row, rows);
        foreach (var (start, count) in heads > 0 ? [(0, rows)] : Chunks(parameter))
        {
            var part = tensor(source.Slice(checked((int)(start * columns)), (int)(count * columns)).ToArray(), float32);
            using var laid = heads > 0 ? part.reshape(heads, 2, -1, columns).transpose(1, 2) : part;
            target.narrow(0, start, count).copy_(laid.reshape(target.narrow(0, start, count).shape));
            part.Dispose();
        }

        Changed();
    }

    public void Dispose()
    {
        foreach (var value in slots.SelectMany(slot => slot).Concat(copies))
        {
            value.Dispose();
        }
    }

    private static Tensor Kept(Tensor tensor) => tensor.DetachFromDisposeScope();

    private Tensor Canonical(int parameter, Tensor group)
    {
        var (_, row, heads) = places[parameter];
        var (rows, columns) = (Layout[parameter].Rows, Layout[parameter].Columns);
        var part = group.narrow(0, row, rows);
        return heads > 0 ? part.reshape(heads, -1, 2, columns).transpose(1, 2).reshape(rows, columns) : part;
    }

    private void RequireSize(int parameter, int count)
    {
        if (Layout[parameter].Count != count)
        {
            throw new ArgumentException($"{Layout[parameter].Name} has {Layout[parameter].Count} elements, not {count}.");
        }
    }

    private IEnumerable<(long Start, long Rows)> Chunks(int parameter)
    {
        var (rows, columns) = (Layout[parameter].Rows, (long)Layout[parameter].Columns);
        var step = Math.Max(1, ChunkBytes / (columns * sizeof(float)));
        for (var start = 0L; start < rows; start += step)
        {
            yield return (start, Math.Min(step, rows - start));
        }
    }
}
