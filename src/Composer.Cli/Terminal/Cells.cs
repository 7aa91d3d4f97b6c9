using System.Globalization;
using System.Text;
using Spectre.Console;

namespace Composer.Cli.Terminal;

/// <summary>Text measured in a terminal's cells: an ideograph takes two, an accent none.</summary>
internal static class Cells
{
    /// <summary>How many cells a line of text takes.</summary>
    public static int Of(string text) => text.Length == 0 ? 0 : text.GetCellWidth();

    /// <summary>The text, or as much of it as fits with an ellipsis after it.</summary>
    /// <param name="text">One line; what breaks lines becomes a space.</param>
    /// <param name="width">In cells; nothing fits in less than 1.</param>
    public static string Crop(string text, int width)
    {
        text = OneLine(text);
        if (Of(text) <= width)
        {
            return text;
        }

        return width < 1 ? "" : Beginning(text, width - 1) + "…";
    }

    /// <summary>Cropped, and with spaces behind it to the width.</summary>
    public static string Fit(string text, int width)
    {
        var cropped = Crop(text, width);
        return cropped + new string(' ', Math.Max(0, width - Of(cropped)));
    }

    /// <summary>The text in lines of no more than a width, broken at spaces.</summary>
    /// <param name="text">One line; what breaks lines becomes a space.</param>
    /// <param name="width">In cells, of the first line.</param>
    /// <param name="others">In cells, of the other lines.</param>
    /// <param name="breakWords">
    /// Whether a word that is wider than a line is broken: where not, it stands alone, and a path can still be copied.
    /// </param>
    public static IReadOnlyList<string> Wrap(string text, int width, int others, bool breakWords)
    {
        var lines = new List<string>();
        var rest = OneLine(text);
        var room = Math.Max(1, width);
        while (Of(rest) > room)
        {
            var length = Beginning(rest, room).Length;
            var end = rest[length] == ' ' ? length : rest.LastIndexOf(' ', Math.Max(0, length - 1));
            if (end <= 0 || rest.AsSpan(0, end).IsWhiteSpace())
            {
                // One word fills the line.
                var first = rest.Length - rest.AsSpan().TrimStart(' ').Length;
                var next = rest.IndexOf(' ', first);
                end = breakWords ? Math.Max(length, StringInfo.GetNextTextElementLength(rest)) : next < 0 ? rest.Length : next;
            }

            lines.Add(rest[..end].TrimEnd(' '));
            rest = rest[end..].TrimStart(' ');
            room = Math.Max(1, others);
            if (rest.Length == 0)
            {
                return lines;
            }
        }

        lines.Add(rest);
        return lines;
    }

    /// <summary>As much of the beginning as fits; a character is not cut in two.</summary>
    private static string Beginning(string text, int width)
    {
        var (length, cells) = (0, 0);
        while (length < text.Length)
        {
            var next = StringInfo.GetNextTextElementLength(text, length);
            cells += Of(text.Substring(length, next));
            if (cells > width)
            {
                break;
            }

            length += next;
        }

        return text[..length];
    }

    /// <summary>Without what moves a cursor.</summary>
    private static string OneLine(string text) =>
        text.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0 ? text : new StringBuilder(text.Length).Append(
            text.Select(c => char.IsControl(c) ? ' ' : c).ToArray()).ToString();
}
