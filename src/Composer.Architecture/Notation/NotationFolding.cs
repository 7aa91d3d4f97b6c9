using System.Globalization;
using System.Text;

namespace Composer.Architecture.Notation;

/// <summary>Writes groups in the paper's notation, repeated stretches of two groups or more folded.</summary>
/// <remarks>
/// The shortest text among those that fold once (no block within a block; the paper has none), by
/// dynamic programming from the last group. Equally short: a fold before none, then the fold that covers
/// more, then the shorter block, each decided from the left. O(groups² · log groups) time, O(groups) memory.
/// </remarks>
internal static class NotationFolding
{
    public static string Write(IReadOnlyList<LayerGroup> groups)
    {
        var text = new StringBuilder();
        var choices = Choose(groups);
        for (var i = 0; i < groups.Count;)
        {
            text.Append(i == 0 ? "" : "+");
            var (period, repeats) = choices[i];
            if (repeats == 1)
            {
                text.Append(groups[i]);
            }
            else
            {
                var block = string.Join('+', Enumerable.Range(i, period).Select(j => groups[j].ToString()));
                text.Append(CultureInfo.InvariantCulture, $"{repeats}x({block})");
            }

            i += period * repeats;
        }

        return text.ToString();
    }

    private static (int Period, int Repeats)[] Choose(IReadOnlyList<LayerGroup> groups)
    {
        var n = groups.Count;
        var widths = new int[n + 1]; // widths[i]: characters of groups 0 … i−1, a '+' after each
        for (var i = 0; i < n; i++)
        {
            widths[i + 1] = widths[i] + Digits(groups[i].Count) + 2;
        }

        var choices = new (int Period, int Repeats)[n];
        var shortest = new int[n + 1]; // of groups i …, with a '+' before it
        var common = new int[n]; // common[p]: how far groups i … and i+p … agree
        for (var i = n - 1; i >= 0; i--)
        {
            shortest[i] = shortest[i + 1] + widths[i + 1] - widths[i];
            choices[i] = (1, 1);
            var covered = 0;
            for (var p = 1; i + p < n; p++)
            {
                common[p] = groups[i] == groups[i + p] ? common[p] + 1 : 0;
                for (var repeats = (common[p] / p) + 1; repeats > 1; repeats--)
                {
                    var end = i + (p * repeats);
                    var width = Digits(repeats) + "x()".Length + widths[i + p] - widths[i] + shortest[end];
                    if (width < shortest[i] || (width == shortest[i] && end - i > covered))
                    {
                        (shortest[i], choices[i], covered) = (width, (p, repeats), end - i);
                    }
                }
            }
        }

        return choices;
    }

    private static int Digits(int count) => count switch { < 10 => 1, < 100 => 2, < 1000 => 3, _ => 4 };
}
