using System.Text.Encodings.Web;
using System.Text.Json;
using Composer.Language.Tokenizers.PreTokenizers;

namespace Composer.Language.Tokenizers;

/// <summary>Writes a byte-level tokenizer that was trained, or read from a tiktoken file, as a tokenizer.json.</summary>
internal static class TokenizerJsonWriter
{
    private static readonly JsonWriterOptions Indented =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(TokenizerDefinition definition, Stream destination)
    {
        using var json = new Utf8JsonWriter(destination, Indented);
        json.WriteStartObject();
        json.WriteString("version", "1.0");
        json.WriteNull("truncation");
        json.WriteNull("padding");
        json.WriteStartArray("added_tokens");
        foreach (var added in definition.Added)
        {
            json.WriteStartObject();
            json.WriteNumber("id", added.Id);
            json.WriteString("content", added.Content);
            json.WriteBoolean("single_word", added.IsSingleWord);
            json.WriteBoolean("lstrip", added.StripsLeft);
            json.WriteBoolean("rstrip", added.StripsRight);
            json.WriteBoolean("normalized", added.IsNormalized);
            json.WriteBoolean("special", added.IsSpecial);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNull("normalizer");
        json.WriteStartObject("pre_tokenizer");
        if (definition.Steps is [SplitStep { Scanner: { } scanner }, ..])
        {
            WriteSplit(json, scanner);
        }
        else
        {
            WriteByteLevel(json, useRegex: true);
        }

        json.WriteEndObject();
        WriteTemplate(json, definition);
        json.WriteStartObject("decoder");
        WriteByteLevel(json, useRegex: true);
        json.WriteEndObject();
        WriteModel(json, definition);
        json.WriteEndObject();
    }

    private static void WriteSplit(Utf8JsonWriter json, PreTokenizer scanner)
    {
        json.WriteString("type", "Sequence");
        json.WriteStartArray("pretokenizers");
        json.WriteStartObject();
        json.WriteString("type", "Split");
        json.WriteStartObject("pattern");
        json.WriteString("Regex", scanner.Pattern);
        json.WriteEndObject();
        json.WriteString("behavior", "Isolated");
        json.WriteBoolean("invert", false);
        json.WriteEndObject();
        json.WriteStartObject();
        WriteByteLevel(json, useRegex: false);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteByteLevel(Utf8JsonWriter json, bool useRegex)
    {
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", false);
        json.WriteBoolean("trim_offsets", true);
        json.WriteBoolean("use_regex", useRegex);
    }

    /// <summary>The tokens in front of a text, as Llama 3's BOS; none is null.</summary>
    private static void WriteTemplate(Utf8JsonWriter json, TokenizerDefinition definition)
    {
        if (definition.Specials.Before.Count == 0)
        {
            json.WriteNull("post_processor");
            return;
        }

        json.WriteStartObject("post_processor");
        json.WriteString("type", "TemplateProcessing");
        WritePart(json, definition, "single", ["A"]);
        WritePart(json, definition, "pair", ["A", "B"]);
        json.WriteStartObject("special_tokens");
        foreach (var id in definition.Specials.Before.Distinct())
        {
            var name = NameOf(definition, id);
            json.WriteStartObject(name);
            json.WriteString("id", name);
            json.WriteStartArray("ids");
            json.WriteNumberValue(id);
            json.WriteEndArray();
            json.WriteStartArray("tokens");
            json.WriteStringValue(name);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WritePart(Utf8JsonWriter json, TokenizerDefinition definition, string name, string[] texts)
    {
        json.WriteStartArray(name);
        for (var i = 0; i < texts.Length; i++)
        {
            foreach (var id in definition.Specials.Before)
            {
                WriteItem(json, "SpecialToken", NameOf(definition, id), i);
            }

            WriteItem(json, "Sequence", texts[i], i);
        }

        json.WriteEndArray();
    }

    private static void WriteItem(Utf8JsonWriter json, string kind, string id, int type)
    {
        json.WriteStartObject();
        json.WriteStartObject(kind);
        json.WriteString("id", id);
        json.WriteNumber("type_id", type);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string NameOf(TokenizerDefinition definition, int id) => definition.Added.First(a => a.Id == id).Content;

    private static void WriteModel(Utf8JsonWriter json, TokenizerDefinition definition)
    {
        var vocabulary = definition.Vocabulary;
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
            if (vocabulary.Tokens[id] is { } token)
            {
                json.WriteNumber(token, id);
            }
        }

        json.WriteEndObject();
        json.WriteStartArray("merges");
        foreach (var merge in vocabulary.Merges)
        {
            json.WriteStartArray();
            json.WriteStringValue(vocabulary.Tokens[merge.Left]);
            json.WriteStringValue(vocabulary.Tokens[merge.Right]);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
