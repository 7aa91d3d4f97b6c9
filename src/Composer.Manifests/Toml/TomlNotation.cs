using System.Globalization;
using System.Text;

namespace Composer.Manifests.Toml;

/// <summary>Writes values in one canonical TOML notation, for labels and messages.</summary>
public static class TomlNotation
{
    /// <summary>One line of TOML that reads back as an equal value; tables in braces.</summary>
    public static string Write(TomlValue value) => value switch
    {
        TomlString text => Quote(text.Value),
        TomlInteger integer => integer.Value.ToString(CultureInfo.InvariantCulture),
        TomlFloat number => Write(number.Value),
        TomlBoolean boolean => boolean.Value ? "true" : "false",
        TomlArray array => $"[{string.Join(", ", array.Items.Select(Write))}]",
        TomlTable { Entries.Count: 0 } => "{}",
        TomlTable table => $"{{ {string.Join(", ", table.Entries.Select(e => $"{Key(e.Key)} = {Write(e.Value)}"))} }}",
        _ => value.ToString()!,
    };

    /// <summary>The shortest digits that read back as the same number.</summary>
    public static string Write(double value) => value switch
    {
        double.PositiveInfinity => "inf",
        double.NegativeInfinity => "-inf",
        double.NaN => "nan",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    /// <summary>A text in quotes, with escapes where it needs them.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                < ' ' or '\u007F' => quoted.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:X2}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>A key, in quotes where it needs them.</summary>
    public static string Key(string key) =>
        key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? key : Quote(key);
}
