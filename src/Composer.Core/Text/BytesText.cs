using System.Globalization;

namespace Composer.Core.Text;

/// <summary>Sizes for people, in binary units: <c>768 B</c>, <c>18 KiB</c>, <c>1.5 GiB</c>.</summary>
public static class BytesText
{
    private static readonly (long Size, string Unit)[] Units = [(1L << 40, "TiB"), (1L << 30, "GiB"), (1L << 20, "MiB"), (1L << 10, "KiB")];

    /// <summary>With two decimals at most, in the invariant culture.</summary>
    public static string Of(long bytes)
    {
        var (size, unit) = Array.Find(Units, u => Math.Abs(bytes) >= u.Size);
        return size == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes} B")
            : string.Create(CultureInfo.InvariantCulture, $"{(double)bytes / size:#,0.##} {unit}");
    }
}
