using System.Buffers.Binary;

namespace Composer.Training.Checkpoints;

/// <summary>Numbers of two bytes, little-endian: BF16 and F16.</summary>
public static class HalfPrecision
{
    /// <summary>Rounds to the nearest, ties to even.</summary>
    /// <param name="values">[n]</param>
    /// <param name="type">BF16 or F16.</param>
    /// <param name="bytes">[2 n] or longer.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another type.</exception>
    public static void Write(ReadOnlySpan<float> values, TensorDtype type, Span<byte> bytes)
    {
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes[(2 * i)..], Bits(values[i], type));
        }
    }

    /// <summary>Widens without loss.</summary>
    /// <param name="bytes">[2 n]</param>
    /// <param name="type">BF16 or F16.</param>
    /// <param name="values">[n] or longer.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another type.</exception>
    public static void Read(ReadOnlySpan<byte> bytes, TensorDtype type, Span<float> values)
    {
        for (var i = 0; 2 * i < bytes.Length; i++)
        {
            values[i] = Value(BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]), type);
        }
    }

    /// <summary>A number as it is after it was written and read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Neither F32, BF16 nor F16.</exception>
    public static float Round(float value, TensorDtype type) => type == TensorDtype.F32 ? value : Value(Bits(value, type), type);

    private static ushort Bits(float value, TensorDtype type) => type switch
    {
        TensorDtype.F16 => BitConverter.HalfToUInt16Bits((Half)value),
        TensorDtype.BF16 => BrainBits(value),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No type of two bytes for numbers."),
    };

    private static float Value(ushort bits, TensorDtype type) => type switch
    {
        TensorDtype.F16 => (float)BitConverter.UInt16BitsToHalf(bits),
        TensorDtype.BF16 => BitConverter.UInt32BitsToSingle((uint)bits << 16),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No type of two bytes for numbers."),
    };

    private static ushort BrainBits(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);

        // A NaN whose payload lies in the half that goes would become infinite.
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
