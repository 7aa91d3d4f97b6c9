namespace Composer.Training.Checkpoints;

/// <summary>What a safetensors header says of one tensor, its place in the data apart.</summary>
/// <param name="Name">Unique in its file; never <c>__metadata__</c>.</param>
/// <param name="Dtype">The element type.</param>
/// <param name="Shape">Row-major; empty for a scalar.</param>
public sealed record SafetensorsTensor(string Name, TensorDtype Dtype, IReadOnlyList<long> Shape)
{
    /// <summary>Number of elements.</summary>
    /// <exception cref="OverflowException">More than 2^63 − 1.</exception>
    public long Count => Shape.Aggregate(1L, (product, width) => checked(product * width));

    /// <summary>Size of the data in bytes.</summary>
    /// <exception cref="OverflowException">More than 2^63 − 1.</exception>
    public long ByteCount => checked(Count * ElementSize(Dtype));

    /// <summary>An F32 tensor.</summary>
    public static SafetensorsTensor Float32(string name, params long[] shape) => new(name, TensorDtype.F32, shape);

    /// <summary>Bytes of one element.</summary>
    public static int ElementSize(TensorDtype dtype) => dtype switch
    {
        TensorDtype.BOOL or TensorDtype.U8 or TensorDtype.I8 or TensorDtype.F8_E5M2 or TensorDtype.F8_E4M3 => 1,
        TensorDtype.I16 or TensorDtype.U16 or TensorDtype.F16 or TensorDtype.BF16 => 2,
        TensorDtype.I32 or TensorDtype.U32 or TensorDtype.F32 => 4,
        TensorDtype.F64 or TensorDtype.I64 or TensorDtype.U64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "No element type of safetensors."),
    };

    public bool Equals(SafetensorsTensor? other) =>
        other is not null && Name == other.Name && Dtype == other.Dtype && Shape.SequenceEqual(other.Shape);

    public override int GetHashCode() => HashCode.Combine(StringComparer.Ordinal.GetHashCode(Name), Dtype, Shape.Count);
}
