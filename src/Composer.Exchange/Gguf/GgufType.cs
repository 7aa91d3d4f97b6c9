namespace Composer.Exchange.Gguf;

/// <summary>Types of values in a GGUF's metadata, by the format's numbers.</summary>
internal enum GgufType : uint
{
    UInt32 = 4,
    Int32 = 5,
    Float32 = 6,
    Bool = 7,
    String = 8,
    Array = 9,
}
