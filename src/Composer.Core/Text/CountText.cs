using System.Globalization;

namespace Composer.Core.Text;

/// <summary>Counts for people: <c>1 task</c>, <c>6 tasks</c>.</summary>
public static class CountText
{
    /// <param name="count">How many.</param>
    /// <param name="noun">One of them; its plural has an s.</param>
    public static string Of(long count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? "" : "s")}");
}
