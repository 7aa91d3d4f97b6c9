using System.Text.Encodings.Web;
using System.Text.Json;
using Composer.Language.Files;

namespace Composer.Language.Tokenizers;

/// <summary>
/// Hugging Face's <c>tokenizer.json</c> with a byte-level BPE model: <c>model.vocab</c>, <c>model.merges</c>
/// (pairs, or texts with a space), <c>model.ignore_merges</c>, <c>added_tokens</c>, and a pre-tokenizer that is
/// ByteLevel alone (GPT-2) or Split with a known pattern, then ByteLevel.
/// </summary>
public static class TokenizerJson
{
    private static readonly JsonWriterOptions Indented =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="Composer.Core.Diagnostics.UserInputException">Not such a file; says what differs.</exception>
    public static BpeTokenizer Load(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(JsonFile.Read(path));
            return new BpeTokenizer(Read(path, document.RootElement));
        }
        catch (JsonException exception)
        {
            throw LanguageMistake.Json(path, (exception.LineNumber ?? 0) + 1, exception);
        }
        catch (Exception exception) when (exception is KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw LanguageMistake.Tokenizer(path, exception.Message.TrimEnd('.'));
        }
    }

    /// <summary>Writes a file that Hugging Face's tokenizers reads and <see cref="Load"/> reads back to an equal tokenizer.</summary>
    public static void Save(BpeTokenizer tokenizer, Stream destination)
    {
        var vocabulary = tokenizer.Vocabulary;
        using var json = new Utf8JsonWriter(destination, Indented);
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        json.WriteStartArray("added_tokens");
        foreach (var (id, text) in vocabulary.Specials)
        {
            json.WriteStartObject();
            json.WriteNumber("id", id);
            json.WriteString("content", text);
            json.WriteBoolean("single_word", false);
            json.WriteBoolean("lstrip", false);
            json.WriteBoolean("rstrip", false);
            json.WriteBoolean("normalized", false);
            json.WriteBoolean("special", true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNull("normalizer");
        WritePreTokenizer(json, vocabulary.PreTokenizer);
        json.WriteNull("post_processor");
        json.WriteStartObject("decoder");
        WriteByteLevel(json, useRegex: true);
        json.WriteEndObject();
        WriteModel(json, vocabulary);
        json.WriteEndObject();
    }

    private static void WritePreTokenizer(Utf8JsonWriter json, PreTokenizer preTokenizer)
    {
        json.WriteStartObject("pre_tokenizer");
        if (preTokenizer == PreTokenizer.Gpt2)
        {
            WriteByteLevel(json, useRegex: true);
        }
        else
        {
            json.WriteString("type", "Sequence");
            json.WriteStartArray("pretokenizers");
            json.WriteStartObject();
            json.WriteString("type", "Split");
            json.WriteStartObject("pattern");
            json.WriteString("Regex", preTokenizer.Pattern);
            json.WriteEndObject();
            json.WriteString("behavior", "Isolated");
            json.WriteBoolean("invert", false);
            json.WriteEndObject();
            json.WriteStartObject();
            WriteByteLevel(json, useRegex: false);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void WriteByteLevel(Utf8JsonWriter json, bool useRegex)
    {
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", false);
        json.WriteBoolean("trim_offsets", true);
        json.WriteBoolean("use_regex", useRegex);
    }

    private static void WriteModel(Utf8JsonWriter json, BpeVocabulary vocabulary)
    {
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        json.WriteNull("dropout");
        json.WriteNull("unk_token");
        json.WriteNull("continuing_subword_prefix");
        json.WriteNull("end_of_word_suffix");
        json.WriteBoolean("fuse_unk", false);
        json.WriteBoolean("byte_fallback", false);
        json.WriteBoolean("ignore_merges", vocabulary.WholePieceFirst);
        json.WriteStartObject("vocab");
        for (var id = 0; id < vocabulary.Tokens.Count; id++)
        {
            if (vocabulary.Tokens[id] is { } bytes)
            {
                json.WriteNumber(ByteLevelAlphabet.Write(bytes), id);
            }
        }

        json.WriteEndObject();
        json.WriteStartArray("merges");
        foreach (var merge in vocabulary.Merges)
        {
            json.WriteStartArray();
            json.WriteStringValue(ByteLevelAlphabet.Write(vocabulary.Tokens[merge.Left]!));
            json.WriteStringValue(ByteLevelAlphabet.Write(vocabulary.Tokens[merge.Right]!));
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static BpeVocabulary Read(string path, JsonElement root)
    {
        var model = root.GetProperty("model");
        if (model.TryGetProperty("type", out var type) && type.GetString() != "BPE")
        {
            throw LanguageMistake.Tokenizer(path, $"the model is {type.GetString()}, not BPE");
        }

        if (Present(root, "normalizer", out _))
        {
            throw LanguageMistake.Tokenizer(path, "it has a normalizer", "Only tokenizers that take text as it is are read.");
        }

        if (model.TryGetProperty("byte_fallback", out var fallback) && fallback.ValueKind == JsonValueKind.True)
        {
            throw LanguageMistake.Tokenizer(path, "its model falls back on bytes (SentencePiece), it is not byte-level");
        }

        var specials = ReadSpecials(root);
        var specialIds = specials.Select(s => s.Id).ToHashSet();
        var (tokens, ids) = ReadTokens(path, model.GetProperty("vocab"), specialIds);
        return new BpeVocabulary(
            tokens,
            ReadMerges(path, model.GetProperty("merges"), ids),
            specials,
            ReadPreTokenizer(path, root),
            model.TryGetProperty("ignore_merges", out var ignore) && ignore.ValueKind == JsonValueKind.True);
    }

    private static (int Id, string Text)[] ReadSpecials(JsonElement root) =>
        !Present(root, "added_tokens", out var added)
            ? []
            : [.. added.EnumerateArray()
                .Select(t => (t.GetProperty("id").GetInt32(), t.GetProperty("content").GetString()!))
                .OrderBy(t => t.Item1)];

    private static (byte[]?[] Tokens, Dictionary<string, int> Ids) ReadTokens(
        string path, JsonElement vocab, HashSet<int> specialIds)
    {
        var entries = vocab.EnumerateObject().Select(p => (p.Name, Id: p.Value.GetInt32())).ToList();
        var tokens = new byte[entries.Count == 0 ? 0 : entries.Max(e => e.Id) + 1][];
        var ids = new Dictionary<string, int>(entries.Count, StringComparer.Ordinal);
        foreach (var (name, id) in entries)
        {
            if (specialIds.Contains(id))
            {
                continue; // GPT-2 lists its end-of-text in the vocabulary too.
            }

            tokens[id] = ByteLevelAlphabet.Read(name)
                ?? throw LanguageMistake.Tokenizer(path, $"the token '{name}' is not written in the byte-level alphabet");
            ids[name] = id;
        }

        return (tokens, ids);
    }

    private static List<BpeMerge> ReadMerges(string path, JsonElement merges, Dictionary<string, int> ids)
    {
        var list = new List<BpeMerge>(merges.GetArrayLength());
        foreach (var merge in merges.EnumerateArray())
        {
            var parts = merge.ValueKind == JsonValueKind.Array
                ? [merge[0].GetString()!, merge[1].GetString()!]
                : merge.GetString()!.Split(' ');
            if (parts.Length != 2
                || !ids.TryGetValue(parts[0], out var left)
                || !ids.TryGetValue(parts[1], out var right)
                || !ids.TryGetValue(parts[0] + parts[1], out var result))
            {
                throw LanguageMistake.Tokenizer(
                    path, $"the merge {list.Count} ('{string.Join(' ', parts)}') is not of two tokens into a third");
            }

            list.Add(new BpeMerge(left, right, list.Count, result));
        }

        return list;
    }

    private static PreTokenizer ReadPreTokenizer(string path, JsonElement root)
    {
        if (!Present(root, "pre_tokenizer", out var outer))
        {
            throw LanguageMistake.Tokenizer(path, "it has no pre-tokenizer");
        }

        var steps = outer.GetProperty("type").GetString() == "Sequence"
            ? outer.GetProperty("pretokenizers").EnumerateArray().ToArray()
            : [outer];
        var last = steps[^1];
        if (last.GetProperty("type").GetString() != "ByteLevel" || steps.Length > 2)
        {
            throw LanguageMistake.Tokenizer(path, "its pre-tokenizer is neither ByteLevel nor Split, then ByteLevel");
        }

        if (last.TryGetProperty("add_prefix_space", out var prefix) && prefix.ValueKind == JsonValueKind.True)
        {
            throw LanguageMistake.Tokenizer(path, "it puts a space before the text (add_prefix_space)");
        }

        if (steps.Length == 1)
        {
            return PreTokenizer.Gpt2;
        }

        var pattern = steps[0].GetProperty("pattern").GetProperty("Regex").GetString();
        PreTokenizer[] known = [PreTokenizer.Llama3, PreTokenizer.Gpt2];
        return Array.Find(known, p => p.Pattern == pattern)
            ?? throw LanguageMistake.Tokenizer(path, "its Split pattern is neither GPT-2's nor Llama 3's");
    }

    private static bool Present(JsonElement parent, string name, out JsonElement value) =>
        parent.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
}
