using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Composer.Language.Files;

/// <summary>Reads one text of a JSON object, strictly: half of a surrogate pair alone is a fault with its place.</summary>
internal static class JsonText
{
    /// <summary>What is wrong with a line of JSON.</summary>
    /// <param name="Column">From 1, in UTF-16 code units.</param>
    /// <param name="What">The rest of the sentence "This line is".</param>
    /// <param name="Remedy">How to mend it, or null.</param>
    public sealed record Fault(int Column, string What, string? Remedy = null);

    /// <summary>The text in a field of an object; of two fields with one name the last, as all JSON readers take it.</summary>
    /// <param name="json">UTF-8, an object.</param>
    /// <param name="field">The field's name.</param>
    /// <param name="fault">What is wrong, when null is returned.</param>
    public static string? Read(ReadOnlySpan<byte> json, string field, out Fault? fault)
    {
        string? text = null;
        fault = Find(json, field, (ref reader) => text = reader.GetString());
        return fault is null ? text : null;
    }

    /// <summary>What keeps <see cref="Read"/> from reading a line, or null; makes no string.</summary>
    public static Fault? Check(ReadOnlySpan<byte> json, string field) => Find(json, field, (ref _) => { });

    private delegate void Visit(ref Utf8JsonReader text);

    /// <param name="json">UTF-8, an object.</param>
    /// <param name="field">The field's name.</param>
    /// <param name="visit">Given the reader at each text of the field.</param>
    private static Fault? Find(ReadOnlySpan<byte> json, string field, Visit visit)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return NotObject(json, reader.TokenType, field);
            }

            var isThere = false;
            var wrong = default(JsonTokenType?);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isField = !(reader.ValueIsEscaped && LoneSurrogate(reader.ValueSpan) >= 0) && reader.ValueTextEquals(field);
                reader.Read();
                if (!isField)
                {
                    reader.Skip();
                    continue;
                }

                (isThere, wrong) = (reader.TokenType == JsonTokenType.String, reader.TokenType);
                if (!isThere)
                {
                    reader.Skip();
                    continue;
                }

                var lone = reader.ValueIsEscaped ? LoneSurrogate(reader.ValueSpan) : -1;
                if (lone >= 0)
                {
                    return Surrogate(json, (int)reader.TokenStartIndex + 1 + lone);
                }

                visit(ref reader);
            }

            // What stands behind the object is read too, so that it is told.
            while (reader.Read())
            {
            }

            return isThere ? null : new Fault(
                1,
                $"no object with a text in the field '{field}'",
                wrong is { } type ? $"The field is {NameOf(type)} here." : TextFieldRemedy(TextFields(json)));
        }
        catch (JsonException exception)
        {
            return Of(json, exception);
        }
    }

    /// <summary>What to do where the field of texts is another: the fields that there are, named.</summary>
    public static string? TextFieldRemedy(IReadOnlyList<string> fields) => fields.Count == 0
        ? null
        : $"It has texts in {string.Join(", ", fields.Select(f => $"'{f}'"))}: name one with 'text_field'.";

    /// <summary>The names of the first fields of an object that hold texts.</summary>
    /// <param name="json">UTF-8, valid.</param>
    private static List<string> TextFields(ReadOnlySpan<byte> json)
    {
        const int most = 12;
        var names = new List<string>();
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (names.Count < most && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueIsEscaped && LoneSurrogate(reader.ValueSpan) >= 0 ? null : reader.GetString();
            reader.Read();
            if (name is not null && reader.TokenType == JsonTokenType.String)
            {
                names.Add(name);
            }

            reader.Skip();
        }

        return names;
    }

    /// <summary>Whether bytes begin with an object that has a text in a field, as far as they go.</summary>
    public static bool BeginsWithField(ReadOnlySpan<byte> json, string field)
    {
        try
        {
            var reader = new Utf8JsonReader(json, isFinalBlock: false, default);
            while (reader.Read() && !(reader.CurrentDepth == 0 && reader.TokenType == JsonTokenType.EndObject))
            {
                if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(field))
                {
                    var isCut = !reader.Read();
                    return isCut || reader.TokenType == JsonTokenType.String;
                }
            }

            return false;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>What an exception of System.Text.Json says of a line.</summary>
    public static Fault Of(ReadOnlySpan<byte> json, JsonException exception)
    {
        var place = (int)Math.Min(exception.BytePositionInLine ?? 0, json.Length);
        return json.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])
            ? new(
                1,
                "not valid JSON: a byte-order mark stands before it",
                "Files with marks were joined: remove the mark with sed 's/^\\xEF\\xBB\\xBF//'.")
            : new(ColumnOf(json, place), "not valid JSON", Reason(exception));
    }

    /// <summary>The fault of half of a surrogate pair anywhere in the texts of a line of JSON, or null.</summary>
    public static Fault? FindLoneSurrogate(ReadOnlySpan<byte> json) =>
        LoneSurrogate(json) is >= 0 and var place ? Surrogate(json, place) : null;

    /// <summary>A column from 1, in UTF-16 code units.</summary>
    public static int ColumnOf(ReadOnlySpan<byte> line, int place) => Encoding.UTF8.GetCharCount(line[..place]) + 1;

    private static Fault Surrogate(ReadOnlySpan<byte> json, int place) => new(
        ColumnOf(json, place),
        $"no text: {Encoding.UTF8.GetString(json.Slice(place, 6))} is half of a surrogate pair alone, and no character",
        "The program that wrote it cut a character in two: write the text anew, or remove the escape.");

    private static Fault NotObject(ReadOnlySpan<byte> json, JsonTokenType type, string field) => new(
        1,
        $"no object with a text in the field '{field}'",
        type == JsonTokenType.StartArray && !json.TrimEnd(" \t\r\n"u8).EndsWith("]"u8)
            ? "The file is one JSON array; an object a line is read: jq -c '.[]' FILE > NEW.jsonl"
            : null);

    private static string NameOf(JsonTokenType type) => type switch
    {
        JsonTokenType.Null => "null",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        JsonTokenType.StartArray => "an array",
        _ => "an object",
    };

    /// <summary>The exception's own words, without the place that its message ends with.</summary>
    private static string Reason(JsonException exception)
    {
        var end = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? exception.Message : exception.Message[..end];
    }

    /// <summary>Where an escape stands that is half of a pair alone; -1 where there is none.</summary>
    public static int LoneSurrogate(ReadOnlySpan<byte> escaped)
    {
        for (var i = 0; ;)
        {
            var next = escaped[i..].IndexOf((byte)'\\');
            if (next < 0)
            {
                return -1;
            }

            i += next;
            if (!TryUnit(escaped[i..], out var unit))
            {
                i = Math.Min(i + 2, escaped.Length);
            }
            else if (!char.IsSurrogate(unit))
            {
                i += 6;
            }
            else if (char.IsHighSurrogate(unit) && TryUnit(escaped[(i + 6)..], out var low) && char.IsLowSurrogate(low))
            {
                i += 12;
            }
            else
            {
                return i;
            }
        }
    }

    private static bool TryUnit(ReadOnlySpan<byte> escape, out char unit)
    {
        unit = '\0';
        if (escape.Length < 6 || escape[0] != '\\' || escape[1] != 'u'
            || !Utf8Parser.TryParse(escape.Slice(2, 4), out ushort value, out var used, 'x') || used != 4)
        {
            return false;
        }

        unit = (char)value;
        return true;
    }
}
