namespace Composer.Training.Checkpoints;

/// <summary>Element types of the safetensors format, under the format's own names.</summary>
public enum TensorDtype
{
    BOOL,
    U8,
    I8,
    F8_E5M2,
    F8_E4M3,
    I16,
    U16,
    F16,
    BF16,
    I32,
    U32,
    F32,
    F64,
    I64,
    U64,
}
