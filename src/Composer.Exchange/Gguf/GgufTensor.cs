namespace Composer.Exchange.Gguf;

/// <summary>One tensor of a GGUF.</summary>
/// <param name="Name">llama.cpp's name.</param>
/// <param name="Rows">Output features; 1 for a vector.</param>
/// <param name="Columns">Input features; a vector's length.</param>
/// <param name="Type">How its numbers are written.</param>
/// <param name="Values">Reads them, row-major.</param>
internal sealed record GgufTensor(string Name, int Rows, int Columns, NumberType Type, Func<float[]> Values)
{
    /// <summary>Whether it is a vector, which the format gives one dimension.</summary>
    public bool IsVector { get; init; }

    public long ByteCount => (long)Rows * Columns * (Type == NumberType.F32 ? sizeof(float) : sizeof(ushort));
}
