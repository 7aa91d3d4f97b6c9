using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Composer.Training.Checkpoints;

namespace Composer.Exchange.Gguf;

/// <summary>Writes a GGUF file, version 3, little-endian (ggml, docs/gguf.md): metadata, what tensors there are, their data.</summary>
internal static class GgufWriter
{
    private const int Alignment = 32;
    private const int Version = 3;

    /// <param name="metadata">Keys and values.</param>
    /// <param name="tensors">Read one after the other while they are written.</param>
    /// <param name="note">Given each tensor's numbers before they are rounded.</param>
    /// <param name="stream">Written from its present position, forwards only.</param>
    public static void Write(GgufMetadata metadata, IReadOnlyList<GgufTensor> tensors, Action<string, float[]> note, Stream stream)
    {
        var written = 0L;
        Put("GGUF"u8);
        Number(Version, sizeof(uint));
        Number(tensors.Count, sizeof(ulong));
        Number(metadata.Count, sizeof(ulong));
        Put(metadata.Bytes);
        var offset = 0L;
        foreach (var tensor in tensors)
        {
            var name = Encoding.UTF8.GetBytes(tensor.Name);
            Number(name.Length, sizeof(ulong));
            Put(name);
            Number(tensor.IsVector ? 1 : 2, sizeof(uint));

            // The quickest dimension first.
            Number(tensor.Columns, sizeof(ulong));
            if (!tensor.IsVector)
            {
                Number(tensor.Rows, sizeof(ulong));
            }

            Number(TypeNumber(tensor.Type), sizeof(uint));
            Number(offset, sizeof(ulong));
            offset = Padded(offset + tensor.ByteCount);
        }

        Put(new byte[Padded(written) - written]);
        foreach (var tensor in tensors)
        {
            var values = tensor.Values();
            note(tensor.Name, values);
            PutNumbers(values, tensor.Type);
            Put(new byte[Padded(written) - written]);
        }

        void Put(ReadOnlySpan<byte> bytes)
        {
            stream.Write(bytes);
            written += bytes.Length;
        }

        void Number(long value, int size)
        {
            Span<byte> bytes = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
            Put(bytes[..size]);
        }

        void PutNumbers(float[] values, NumberType type)
        {
            const int Step = 1 << 18;
            var buffer = new byte[sizeof(float) * Step];
            for (var start = 0; start < values.Length; start += Step)
            {
                var part = values.AsSpan(start, Math.Min(Step, values.Length - start));
                if (type != NumberType.F32)
                {
                    HalfPrecision.Write(part, type == NumberType.BF16 ? TensorDtype.BF16 : TensorDtype.F16, buffer);
                    Put(buffer.AsSpan(0, sizeof(ushort) * part.Length));
                }
                else if (BitConverter.IsLittleEndian)
                {
                    Put(MemoryMarshal.AsBytes(part));
                }
                else
                {
                    for (var i = 0; i < part.Length; i++)
                    {
                        BinaryPrimitives.WriteSingleLittleEndian(buffer.AsSpan(sizeof(float) * i), part[i]);
                    }

                    Put(buffer.AsSpan(0, sizeof(float) * part.Length));
                }
            }
        }
    }

    private static long Padded(long size) => (size + Alignment - 1) / Alignment * Alignment;

    /// <summary>ggml's number of a type.</summary>
    private static int TypeNumber(NumberType type) => type switch
    {
        NumberType.F16 => 1,
        NumberType.BF16 => 30,
        _ => 0,
    };
}
