using System.Text;
using System.Text.Json;
using Composer.Core.Diagnostics;

namespace Composer.Exchange.HuggingFace;

/// <summary>A JSON object of a file, whose mistakes are told with their place.</summary>
internal sealed class PlacedJson
{
    private readonly Dictionary<string, (JsonElement Value, SourceSpan Place)> fields = new(StringComparer.Ordinal);
    private readonly SourceSpan start;

    private PlacedJson(SourceSpan start) => this.start = start;

    /// <exception cref="UserInputException">The file is missing or holds no JSON object.</exception>
    public static PlacedJson Read(string path)
    {
        if (!File.Exists(path))
        {
            throw ExchangeMistake.Missing(
                $"There is no file '{path}'.", "Give the folder of a checkpoint as transformers saves one (save_pretrained).");
        }

        var bytes = File.ReadAllBytes(path);
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        var text = bytes.AsMemory(bytes.AsSpan().StartsWith(mark) ? mark.Length : 0);
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw ExchangeMistake.Checkpoint(ExchangeMistake.Start(path), "This file holds no JSON object.", "Mend it.");
            }

            var read = new PlacedJson(ExchangeMistake.Start(path));
            var reader = new Utf8JsonReader(text.Span);
            read.Fill(path, text.Span, ref reader, document.RootElement);
            return read;
        }
        catch (JsonException e)
        {
            var line = (int)(e.LineNumber ?? 0) + 1;
            var column = (int)(e.BytePositionInLine ?? 0) + 1;
            throw ExchangeMistake.Checkpoint(
                new SourceSpan(path, line, column, line, column + 1), "This line is not valid JSON.", "Mend it.");
        }
    }

    /// <summary>Whether there is a value other than null.</summary>
    public bool Has(string name) => fields.TryGetValue(name, out var field) && field.Value.ValueKind != JsonValueKind.Null;

    /// <summary>A mistake at a field, or at the beginning where it is missing.</summary>
    public UserInputException Mistake(string name, string what, string remedy) =>
        ExchangeMistake.Checkpoint(fields.TryGetValue(name, out var field) ? field.Place : start, what, remedy);

    /// <summary>A text, or null where there is none.</summary>
    public string? Text(string name) => !Has(name) ? null
        : fields[name].Value is { ValueKind: JsonValueKind.String } text ? text.GetString()
        : throw Mistake(name, $"Its {name} is no text.", "Mend it.");

    public bool Flag(string name, bool fallback) => !Has(name) ? fallback
        : fields[name].Value.ValueKind is JsonValueKind.True or JsonValueKind.False ? fields[name].Value.GetBoolean()
        : throw Mistake(name, $"Its {name} is neither true nor false.", "Mend it.");

    /// <summary>An integer above 0.</summary>
    /// <param name="name">Of the field.</param>
    /// <param name="fallback">Where there is none; null: there must be one.</param>
    public int Positive(string name, int? fallback) => !Has(name) ? fallback ?? throw Lacks(name)
        : fields[name].Value is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) && value > 0 ? value
        : throw Mistake(name, $"Its {name} is no whole number above 0.", "Mend it.");

    /// <summary>A number above 0.</summary>
    /// <param name="name">Of the field.</param>
    /// <param name="fallback">Where there is none; null: there must be one.</param>
    public double PositiveReal(string name, double? fallback) => !Has(name) ? fallback ?? throw Lacks(name)
        : fields[name].Value is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out var value)
            && double.IsFinite(value) && value > 0 ? value
        : throw Mistake(name, $"Its {name} is no number above 0.", "Mend it.");

    /// <summary>An object, or null where there is none; its mistakes are told at its own place.</summary>
    public PlacedJson? Object(string name)
    {
        if (!Has(name))
        {
            return null;
        }

        var (value, place) = fields[name];
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Mistake(name, $"Its {name} is no object.", "Mend it.");
        }

        var inner = new PlacedJson(place);
        foreach (var property in value.EnumerateObject())
        {
            inner.fields[property.Name] = (property.Value, place);
        }

        return inner;
    }

    /// <summary>The texts of an object of texts.</summary>
    public IEnumerable<(string Name, string Text)> Texts() => fields.Keys.Select(name => (name, Text(name) ?? ""));

    private UserInputException Lacks(string name) =>
        ExchangeMistake.Checkpoint(start, $"It has no {name}.", "Give the config.json that the checkpoint was saved with.");

    private void Fill(string path, ReadOnlySpan<byte> text, ref Utf8JsonReader reader, JsonElement root)
    {
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (name, at) = (reader.GetString()!, (int)reader.TokenStartIndex);
            var before = text[..at];
            var lineStart = before.LastIndexOf((byte)'\n') + 1;
            var line = before.Count((byte)'\n') + 1;
            var column = Encoding.UTF8.GetCharCount(before[lineStart..]) + 1;
            fields[name] = (
                root.GetProperty(name).Clone(), new SourceSpan(path, line, column, line, column + name.Length + 2));
            reader.Read();
            reader.Skip();
        }
    }
}
