using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Composer.Language.Evaluation.Harness;

/// <summary>JSON byte for byte as Python's <c>json.dumps(…, ensure_ascii=False)</c> writes it: what the harness takes hashes of.</summary>
internal static class PythonJson
{
    /// <summary>On one line.</summary>
    public static string Write(JsonElement value) => Write(value, indent: null);

    /// <summary>With <c>indent=2</c>.</summary>
    public static string WriteIndented(JsonElement value) => Write(value, indent: 2);

    /// <summary>A text in its quotes.</summary>
    public static void WriteText(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append(@"\\"),
                '\n' => json.Append("\\n"),
                '\r' => json.Append("\\r"),
                '\t' => json.Append("\\t"),
                '\b' => json.Append("\\b"),
                '\f' => json.Append("\\f"),
                < ' ' => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => json.Append(c),
            };
        }

        json.Append('"');
    }

    /// <summary><c>repr</c> of a float: as few digits as tell it, an exponent below 1e-4 and from 1e16 on.</summary>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
        }

        // As .NET writes it: the same digits, the exponent elsewhere.
        var written = value.ToString("R", CultureInfo.InvariantCulture).TrimStart('-').Split('E');
        var (whole, fraction) = written[0].Split('.') is [var before, var behind] ? (before, behind) : (written[0], "");
        var digits = (whole + fraction).TrimStart('0').TrimEnd('0');
        var sign = double.IsNegative(value) ? "-" : "";
        if (digits.Length == 0)
        {
            return sign + "0.0";
        }

        var leading = (whole + fraction).Length - (whole + fraction).TrimStart('0').Length;
        var exponent = whole.Length - 1 - leading + (written.Length > 1 ? int.Parse(written[1], CultureInfo.InvariantCulture) : 0);
        if (exponent is < -4 or >= 16)
        {
            var rest = digits.Length > 1 ? $".{digits[1..]}" : "";
            return string.Create(
                CultureInfo.InvariantCulture, $"{sign}{digits[0]}{rest}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
        }

        return exponent < 0 ? $"{sign}0.{new string('0', -exponent - 1)}{digits}"
            : digits.Length <= exponent + 1 ? $"{sign}{digits.PadRight(exponent + 1, '0')}.0"
            : $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }

    private static string Write(JsonElement value, int? indent)
    {
        var json = new StringBuilder();
        Write(json, value, indent, 0);
        return json.ToString();
    }

    private static void Write(StringBuilder json, JsonElement value, int? indent, int depth)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteAll(json, '{', '}', value.EnumerateObject(), indent, depth, member =>
                {
                    WriteText(json, member.Name);
                    json.Append(": ");
                    Write(json, member.Value, indent, depth + 1);
                });
                break;
            case JsonValueKind.Array:
                WriteAll(json, '[', ']', value.EnumerateArray(), indent, depth, item => Write(json, item, indent, depth + 1));
                break;
            case JsonValueKind.String:
                WriteText(json, value.GetString()!);
                break;
            case JsonValueKind.Number:
                json.Append(Number(value.GetRawText()));
                break;
            default:
                json.Append(value.ValueKind switch
                {
                    JsonValueKind.True => "true",
                    JsonValueKind.False => "false",
                    _ => "null",
                });
                break;
        }
    }

    /// <summary>Whole numbers are of any size in Python; all others are floats.</summary>
    private static string Number(string written) =>
        written.AsSpan().IndexOfAny('.', 'e', 'E') >= 0 ? Number(double.Parse(written, CultureInfo.InvariantCulture))
        : written == "-0" ? "0" : written;

    private static void WriteAll<T>(
        StringBuilder json, char open, char close, IEnumerable<T> items, int? indent, int depth, Action<T> write)
    {
        json.Append(open);
        var isFirst = true;
        foreach (var item in items)
        {
            json.Append(isFirst ? "" : indent is null ? ", " : ",");
            Break(depth + 1);
            write(item);
            isFirst = false;
        }

        if (!isFirst)
        {
            Break(depth);
        }

        json.Append(close);

        void Break(int level)
        {
            if (indent is { } width)
            {
                json.Append('\n').Append(' ', width * level);
            }
        }
    }
}
