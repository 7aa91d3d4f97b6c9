using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Composer.Training.Checkpoints;

/// <summary>Reads a safetensors file; everything its header claims is checked before any data is read.</summary>
/// <remarks>Not thread-safe. The stream stays open and must live as long as the reader.</remarks>
public sealed class SafetensorsReader
{
    private const int ChunkBytes = 1 << 20;

    private readonly Stream stream;
    private readonly long dataStart;
    private readonly Dictionary<string, (SafetensorsTensor Tensor, long Begin)> byName;

    /// <param name="stream">Seekable; the file begins at its present position and ends where it ends.</param>
    /// <exception cref="CheckpointException">It is no valid safetensors file.</exception>
    public SafetensorsReader(Stream stream)
    {
        this.stream = stream;
        var start = stream.Position;
        var available = stream.Length - start;
        if (available < sizeof(ulong))
        {
            throw new CheckpointException($"A safetensors file has at least 8 bytes, this one has {available}.");
        }

        Span<byte> lengthBytes = stackalloc byte[sizeof(ulong)];
        stream.ReadExactly(lengthBytes);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (length > SafetensorsHeader.MaximumLength)
        {
            throw new CheckpointException(
                $"The safetensors header claims {length} bytes; the format allows {SafetensorsHeader.MaximumLength}.");
        }

        if ((long)length > available - sizeof(ulong))
        {
            throw new CheckpointException(
                $"The safetensors header claims {length} bytes, but only {available - sizeof(ulong)} follow: the file is truncated.");
        }

        var bytes = new byte[(int)length];
        stream.ReadExactly(bytes);
        var header = SafetensorsHeader.Parse(bytes);
        dataStart = start + sizeof(ulong) + (long)length;
        var present = available - sizeof(ulong) - (long)length;
        if (present != header.DataLength)
        {
            var how = present < header.DataLength ? "the file is truncated" : "something follows the last tensor";
            throw new CheckpointException($"The tensors have {header.DataLength} bytes, the file holds {present}: {how}.");
        }

        Tensors = [.. header.Tensors.Select(placed => placed.Tensor)];
        Metadata = header.Metadata;
        byName = header.Tensors.ToDictionary(placed => placed.Tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>In the order of their data.</summary>
    public IReadOnlyList<SafetensorsTensor> Tensors { get; }

    /// <summary>The header's <c>__metadata__</c>; empty when there is none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensor of this name, or null.</summary>
    public SafetensorsTensor? Find(string name) => byName.TryGetValue(name, out var placed) ? placed.Tensor : null;

    /// <summary>Reads an F32 tensor, or one of BF16 or F16 widened to F32 without loss.</summary>
    /// <param name="name">One of <see cref="Tensors"/>.</param>
    /// <param name="destination">As many elements as the tensor has.</param>
    /// <exception cref="CheckpointException">There is no such tensor, or it is of another type.</exception>
    public void ReadFloats(string name, Span<float> destination) => ReadFloats(Seek(name, destination.Length), destination);

    /// <summary>The same of a part of a tensor.</summary>
    /// <param name="name">One of <see cref="Tensors"/>.</param>
    /// <param name="first">Of the first element in the tensor.</param>
    /// <param name="destination">How many.</param>
    /// <exception cref="CheckpointException">There is no such tensor, or it is of another type or shorter.</exception>
    public void ReadFloats(string name, long first, Span<float> destination)
    {
        var tensor = Find(name) ?? throw new CheckpointException($"The file holds no tensor '{name}'.");
        if (first < 0 || tensor.Count - destination.Length < first)
        {
            throw new CheckpointException($"Tensor '{name}' has {tensor.Count} elements.");
        }

        stream.Position = dataStart + byName[name].Begin + (first * SafetensorsTensor.ElementSize(tensor.Dtype));
        ReadFloats(tensor, destination);
    }

    /// <summary>Reads an I64 tensor.</summary>
    /// <exception cref="CheckpointException">There is no such tensor, or it is not I64.</exception>
    public void ReadIntegers(string name, Span<long> destination)
    {
        var tensor = Seek(name, destination.Length);
        if (tensor.Dtype != TensorDtype.I64)
        {
            throw new CheckpointException($"Tensor '{name}' is {tensor.Dtype}, not I64.");
        }

        ReadChunks(destination, sizeof(long), static bytes => BinaryPrimitives.ReadInt64LittleEndian(bytes));
    }

    /// <summary>Reads a U8 tensor.</summary>
    /// <exception cref="CheckpointException">There is no such tensor, or it is not U8.</exception>
    public void ReadBytes(string name, Span<byte> destination)
    {
        var tensor = Seek(name, destination.Length);
        if (tensor.Dtype != TensorDtype.U8)
        {
            throw new CheckpointException($"Tensor '{name}' is {tensor.Dtype}, not U8.");
        }

        ReadExactly(destination);
    }

    private delegate T Decode<T>(ReadOnlySpan<byte> bytes);

    private void ReadFloats(SafetensorsTensor tensor, Span<float> destination)
    {
        switch (tensor.Dtype)
        {
            case TensorDtype.F32:
                ReadChunks(destination, sizeof(float), static bytes => BinaryPrimitives.ReadSingleLittleEndian(bytes));
                break;
            case TensorDtype.BF16 or TensorDtype.F16:
                var buffer = new byte[Math.Min(ChunkBytes, 2L * destination.Length)];
                for (var i = 0; i < destination.Length; i += buffer.Length / 2)
                {
                    var part = destination[i..Math.Min(destination.Length, i + (buffer.Length / 2))];
                    ReadExactly(buffer.AsSpan(0, 2 * part.Length));
                    HalfPrecision.Read(buffer.AsSpan(0, 2 * part.Length), tensor.Dtype, part);
                }

                break;
            default:
                throw new CheckpointException($"Tensor '{tensor.Name}' is {tensor.Dtype}; F32, BF16 and F16 can be read as numbers.");
        }
    }

    private SafetensorsTensor Seek(string name, int count)
    {
        if (!byName.TryGetValue(name, out var placed))
        {
            throw new CheckpointException($"The file holds no tensor '{name}'.");
        }

        if (placed.Tensor.Count != count)
        {
            throw new CheckpointException(
                $"Tensor '{name}' is [{string.Join(", ", placed.Tensor.Shape)}], {placed.Tensor.Count} elements, not {count}.");
        }

        stream.Position = dataStart + placed.Begin;
        return placed.Tensor;
    }

    private void ReadChunks<T>(Span<T> destination, int elementSize, Decode<T> decode)
        where T : unmanaged
    {
        if (BitConverter.IsLittleEndian && System.Runtime.CompilerServices.Unsafe.SizeOf<T>() == elementSize)
        {
            var step = ChunkBytes / elementSize;
            for (var i = 0; i < destination.Length; i += step)
            {
                ReadExactly(MemoryMarshal.AsBytes(destination[i..Math.Min(destination.Length, i + step)]));
            }

            return;
        }

        var buffer = new byte[Math.Min(ChunkBytes, destination.Length * (long)elementSize)];
        for (var i = 0; i < destination.Length;)
        {
            var count = Math.Min(buffer.Length / elementSize, destination.Length - i);
            ReadExactly(buffer.AsSpan(0, count * elementSize));
            for (var j = 0; j < count; j++)
            {
                destination[i + j] = decode(buffer.AsSpan(j * elementSize, elementSize));
            }

            i += count;
        }
    }

    private void ReadExactly(Span<byte> bytes)
    {
        try
        {
            stream.ReadExactly(bytes);
        }
        catch (EndOfStreamException e)
        {
            throw new CheckpointException("The file ended within a tensor that its header promised.", e);
        }
    }
}
