using System.Numerics;
using System.Runtime.InteropServices;
using Composer.Training.Ranks;
using TorchSharp;
using static TorchSharp.torch;

namespace Composer.Training.Torch.Ranks;

/// <summary>
/// The tensors of a gradient one after another: on the CPU where they lie, on a GPU through host memory that is pinned, so that the
/// copies go at the bus's speed.
/// </summary>
/// <remarks>
/// A bucket is sent when backward is over. To send while it goes on would take the order of its buckets out of the shards' hands: the
/// last shard's gradients alone could go early, and they have first to be added to the others'.
/// </remarks>
internal sealed class TorchSharedGradient(Device device) : ISharedGradient, IDisposable
{
    private Tensor[] rows = [];
    private long[] starts = [];
    private Tensor? host;
    private float[] gathered = [];

    public long Count { get; private set; }

    private bool IsOnHost => device.type == DeviceType.CPU;

    /// <summary>The gradient of a step.</summary>
    /// <param name="sums">Contiguous, fp32; used in place.</param>
    public ISharedGradient Of(IReadOnlyList<Tensor> sums)
    {
        using var gradientFree = no_grad();
        Array.ForEach(rows, row => row.Dispose());
        rows = [.. sums.Select(sum => sum.detach().view(-1).DetachFromDisposeScope())];
        starts = new long[rows.Length];
        Count = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            starts[i] = Count;
            Count += rows[i].NumberOfElements;
        }

        return this;
    }

    public ReadOnlySpan<float> Send(long start, int count)
    {
        if (count == 0)
        {
            return [];
        }

        var pieces = PiecesOf(start, count);
        if (IsOnHost && pieces is [var (row, first, _, _)])
        {
            return Floats(row, first, count);
        }

        if (gathered.Length < count)
        {
            gathered = new float[count];
        }

        foreach (var piece in pieces)
        {
            var target = gathered.AsSpan(piece.Place, piece.Count);
            if (IsOnHost)
            {
                Floats(piece.Row, piece.First, piece.Count).CopyTo(target);
                continue;
            }

            using var gradientFree = no_grad();
            using var part = Host(piece.Count);
            using var source = rows[piece.Row].narrow(0, piece.First, piece.Count);
            part.copy_(source);
            MemoryMarshal.Cast<byte, float>(part.bytes).CopyTo(target);
        }

        return gathered.AsSpan(0, count);
    }

    public void Add(long start, ReadOnlySpan<float> others)
    {
        foreach (var piece in PiecesOf(start, others.Length))
        {
            var other = others.Slice(piece.Place, piece.Count);
            if (IsOnHost)
            {
                Add(Floats(piece.Row, piece.First, piece.Count), other);
                continue;
            }

            using var gradientFree = no_grad();
            using var there = Upload(other);
            using var target = rows[piece.Row].narrow(0, piece.First, piece.Count);
            target.add_(there);
        }
    }

    public void Replace(long start, ReadOnlySpan<float> others)
    {
        foreach (var piece in PiecesOf(start, others.Length))
        {
            var other = others.Slice(piece.Place, piece.Count);
            if (IsOnHost)
            {
                other.CopyTo(Floats(piece.Row, piece.First, piece.Count));
                continue;
            }

            using var gradientFree = no_grad();
            using var part = Host(piece.Count);
            other.CopyTo(MemoryMarshal.Cast<byte, float>(part.bytes));
            using var target = rows[piece.Row].narrow(0, piece.First, piece.Count);
            target.copy_(part);
        }
    }

    public void Dispose()
    {
        Array.ForEach(rows, row => row.Dispose());
        host?.Dispose();
    }

    private static void Add(Span<float> sum, ReadOnlySpan<float> others)
    {
        var wide = MemoryMarshal.Cast<float, Vector<float>>(sum);
        var wideOthers = MemoryMarshal.Cast<float, Vector<float>>(others);
        for (var i = 0; i < wide.Length; i++)
        {
            wide[i] += wideOthers[i];
        }

        for (var i = wide.Length * Vector<float>.Count; i < sum.Length; i++)
        {
            sum[i] += others[i];
        }
    }

    /// <summary>A part of a tensor in the host's memory, in place.</summary>
    private Span<float> Floats(int row, long first, int count)
    {
        using var part = rows[row].narrow(0, first, count);
        return MemoryMarshal.Cast<byte, float>(part.bytes);
    }

    private Tensor Upload(ReadOnlySpan<float> numbers)
    {
        using var part = Host(numbers.Length);
        numbers.CopyTo(MemoryMarshal.Cast<byte, float>(part.bytes));
        return part.to(device).DetachFromDisposeScope();
    }

    /// <summary>Pinned memory of the host; one copy at a time is under way in it.</summary>
    private Tensor Host(int count)
    {
        if (host is null || host.NumberOfElements < count)
        {
            host?.Dispose();
            using var pageable = empty([Math.Max(count, RankSum.BucketFloats)], float32);
            host = pageable.pin_memory().DetachFromDisposeScope();
        }

        return host.narrow(0, 0, count);
    }

    private List<(int Row, long First, int Count, int Place)> PiecesOf(long start, int count)
    {
        var pieces = new List<(int, long, int, int)>();
        var row = Array.BinarySearch(starts, start) is var found && found >= 0 ? found : ~found - 1;
        for (var place = 0; place < count; row++)
        {
            var first = start + place - starts[row];
            var here = (int)Math.Min(rows[row].NumberOfElements - first, count - place);
            if (here > 0)
            {
                pieces.Add((row, first, here, place));
                place += here;
            }
        }

        return pieces;
    }
}
