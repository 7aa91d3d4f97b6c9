using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Composer.Training.Checkpoints;

/// <summary>
/// Writes a safetensors file to a stream, forwards only: the header at once, then each tensor's data in the
/// order in which the tensors were declared.
/// </summary>
/// <remarks>Equal declarations, metadata and data give equal bytes. The stream stays open.</remarks>
public sealed class SafetensorsWriter
{
    // Bounds the staging copy on its way into the stream.
    private const int ChunkElements = 1 << 18;

    private readonly Stream stream;
    private readonly IReadOnlyList<SafetensorsTensor> tensors;
    private int next;

    /// <param name="stream">Written from its present position.</param>
    /// <param name="tensors">What will follow.</param>
    /// <param name="metadata">Free strings; sorted by key.</param>
    /// <exception cref="ArgumentException">Two tensors have one name.</exception>
    public SafetensorsWriter(
        Stream stream,
        IReadOnlyList<SafetensorsTensor> tensors,
        IReadOnlyDictionary<string, string> metadata)
    {
        (this.stream, this.tensors) = (stream, tensors);
        var header = SafetensorsHeader.Format(tensors, metadata);
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
    }

    /// <summary>The next tensor's data: as they are, or rounded to the nearest BF16 or F16 where it was declared so.</summary>
    /// <exception cref="InvalidOperationException">No tensor is left, or the next has another type or size.</exception>
    public void Write(ReadOnlySpan<float> values)
    {
        if (next < tensors.Count && tensors[next].Dtype is TensorDtype.F16 or TensorDtype.BF16)
        {
            WriteHalves(values);
            return;
        }

        Expect(TensorDtype.F32, values.Length);
        if (BitConverter.IsLittleEndian)
        {
            for (var i = 0; i < values.Length; i += ChunkElements)
            {
                stream.Write(MemoryMarshal.AsBytes(values[i..Math.Min(values.Length, i + ChunkElements)]));
            }

            return;
        }

        Span<byte> bytes = stackalloc byte[sizeof(float)];
        foreach (var value in values)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
            stream.Write(bytes);
        }
    }

    private void WriteHalves(ReadOnlySpan<float> values)
    {
        var type = tensors[next].Dtype;
        Expect(type, values.Length);
        var bytes = new byte[2 * Math.Min(values.Length, ChunkElements)];
        for (var start = 0; start < values.Length; start += ChunkElements)
        {
            var part = values[start..Math.Min(values.Length, start + ChunkElements)];
            HalfPrecision.Write(part, type, bytes);
            stream.Write(bytes, 0, 2 * part.Length);
        }
    }

    /// <summary>Confirms that every declared tensor was written.</summary>
    /// <exception cref="InvalidOperationException">Some are missing.</exception>
    public void Complete()
    {
        if (next != tensors.Count)
        {
            throw new InvalidOperationException($"Tensor '{tensors[next].Name}' was declared and not written.");
        }

        stream.Flush();
    }

    private void Expect(TensorDtype dtype, long count)
    {
        if (next == tensors.Count)
        {
            throw new InvalidOperationException("Every declared tensor has been written.");
        }

        var tensor = tensors[next];
        if (tensor.Dtype != dtype || tensor.Count != count)
        {
            throw new InvalidOperationException(
                $"Tensor '{tensor.Name}' was declared as {tensor.Dtype} with {tensor.Count} elements, not {dtype} with {count}.");
        }

        next++;
    }
}
