using System.Globalization;

namespace Composer.Core.Text;

/// <summary>Numbers of parameters for people: <c>1.00 B</c>, <c>452 K</c>.</summary>
public static class ParameterText
{
    public static string Of(long count) => count switch
    {
        >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{count / 1e9:0.00} B"),
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{count / 1e6:0.00} M"),
        >= 1_000 => string.Create(CultureInfo.InvariantCulture, $"{count / 1e3:0} K"),
        _ => count.ToString(CultureInfo.InvariantCulture),
    };
}
