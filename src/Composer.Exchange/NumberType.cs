namespace Composer.Exchange;

/// <summary>How numbers are written.</summary>
public enum NumberType
{
    F32 = 0,
    BF16 = 1,
    F16 = 2,
}
