using System.Text.Json;
using Composer.Language.Files;
using Composer.Language.Tokenizers.Added;
using Composer.Language.Tokenizers.Bpe;
using Composer.Language.Tokenizers.Decoders;
using Composer.Language.Tokenizers.Normalizers;
using Composer.Language.Tokenizers.PreTokenizers;
using Composer.Language.Tokenizers.Processors;

namespace Composer.Language.Tokenizers;

/// <summary>
/// Hugging Face's <c>tokenizer.json</c> with a BPE model. Each part does what Hugging Face's tokenizers does with it, or is refused
/// by name; truncation and padding say how batches are cut, and change nothing here.
/// </summary>
public static class TokenizerJson
{
    private const string Remedy = "Take another tokenizer; 'tokenizer = \"bpe\"' trains one on the corpus.";

    /// <exception cref="Composer.Core.Diagnostics.UserInputException">Not such a file; says what differs.</exception>
    public static BpeTokenizer Load(string path)
    {
        var content = File.ReadAllBytes(path);
        try
        {
            using var document = JsonDocument.Parse(JsonFile.Read(path));
            return new BpeTokenizer(Read(path, document.RootElement) with { Source = content });
        }
        catch (JsonException exception)
        {
            throw LanguageMistake.Json(path, (exception.LineNumber ?? 0) + 1, exception);
        }
        catch (TokenizerPartException exception)
        {
            throw LanguageMistake.Tokenizer(path, exception.Message, exception.Remedy ?? Remedy);
        }
        catch (KeyNotFoundException)
        {
            throw LanguageMistake.Tokenizer(path, "one of its parts lacks a field that such a part has");
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException or ArgumentException)
        {
            throw LanguageMistake.Tokenizer(path, exception.Message.TrimEnd('.'));
        }
    }

    /// <summary>
    /// Writes a file that Hugging Face's tokenizers reads and <see cref="Load"/> reads back to an equal tokenizer: the very file
    /// that it was loaded from, with every part, where there was one.
    /// </summary>
    public static void Save(BpeTokenizer tokenizer, Stream destination)
    {
        if (tokenizer.Definition.Source is { } source)
        {
            destination.Write(source.Span);
            return;
        }

        TokenizerJsonWriter.Write(tokenizer.Definition, destination);
    }

    private static TokenizerDefinition Read(string path, JsonElement root)
    {
        var model = Field(path, root, "model");

        // Old files have no type; other models are told from BPE by their merges.
        var hasMerges = model.TryGetProperty("merges", out _);
        var type = model.TryGetProperty("type", out var named) ? named.GetString() : hasMerges ? "BPE" : "(none)";
        if (type != "BPE")
        {
            throw LanguageMistake.Tokenizer(path, $"its model '{type}' is not BPE", Remedy);
        }

        if (Present(model, "dropout", out var dropout) && dropout.GetDouble() > 0)
        {
            throw LanguageMistake.Tokenizer(path, "its model has a dropout, by which tokens would be random", "Set it to null.");
        }

        var steps = Present(root, "pre_tokenizer", out var preTokenizer) ? PreTokenizerReader.Read(preTokenizer) : [];
        var vocabulary = ReadVocabulary(path, model) with { IsByteLevel = steps.LastOrDefault() is ByteLevelStep };
        return new TokenizerDefinition(vocabulary, ReadAdded(path, root, vocabulary), steps)
        {
            Normalizer = Present(root, "normalizer", out var normalizer) ? NormalizerReader.Read(normalizer) : null,
            Decoder = Present(root, "decoder", out var decoder) ? DecoderReader.Read(decoder) : null,
            Specials = Present(root, "post_processor", out var processor) ? ProcessorReader.Read(processor) : SpecialTokens.None,
        };
    }

    private static BpeVocabulary ReadVocabulary(string path, JsonElement model)
    {
        var (tokens, ids) = ReadTokens(path, Field(path, model, "vocab"));
        var prefix = Text(model, "continuing_subword_prefix") ?? "";
        var merges = ReadMerges(path, Field(path, model, "merges"), ids, prefix);
        return new BpeVocabulary(tokens, merges, IsByteLevel: false, WholePieceFirst: Flag(model, "ignore_merges"))
        {
            UnknownToken = Text(model, "unk_token"),
            FusesUnknown = Flag(model, "fuse_unk"),
            FallsBackOnBytes = Flag(model, "byte_fallback"),
            Prefix = prefix,
            Suffix = Text(model, "end_of_word_suffix") ?? "",
        };
    }

    private static (string?[] Tokens, Dictionary<string, int> Ids) ReadTokens(string path, JsonElement vocab)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var entry in vocab.EnumerateObject())
        {
            ids[entry.Name] = entry.Value.GetInt32();
        }

        if (ids.Values.Any(id => id is < 0 or > 1 << 24))
        {
            throw LanguageMistake.Tokenizer(path, "its vocabulary has ids below 0 or above 16,777,216");
        }

        var tokens = new string?[ids.Count == 0 ? 0 : ids.Values.Max() + 1];
        foreach (var (token, id) in ids)
        {
            tokens[id] = tokens[id] is not { } other
                ? token
                : throw LanguageMistake.Tokenizer(path, $"its tokens '{other}' and '{token}' have one id, {id}");
        }

        return (tokens, ids);
    }

    private static List<BpeMerge> ReadMerges(string path, JsonElement merges, Dictionary<string, int> ids, string prefix)
    {
        var list = new List<BpeMerge>(merges.GetArrayLength());
        foreach (var merge in merges.EnumerateArray())
        {
            string[] parts;
            if (merge.ValueKind == JsonValueKind.Array)
            {
                parts = [.. merge.EnumerateArray().Select(p => p.GetString()!)];
            }
            else if (merge.GetString()!.StartsWith("#version", StringComparison.Ordinal))
            {
                continue;
            }
            else
            {
                parts = merge.GetString()!.Split(' ');
            }

            if (parts.Length != 2
                || !ids.TryGetValue(parts[0], out var left)
                || !ids.TryGetValue(parts[1], out var right)
                || !parts[1].StartsWith(prefix, StringComparison.Ordinal)
                || !ids.TryGetValue(parts[0] + parts[1][prefix.Length..], out var result))
            {
                throw LanguageMistake.Tokenizer(
                    path, $"its merge {list.Count} ('{string.Join(' ', parts)}') is not of two tokens into a third");
            }

            list.Add(new BpeMerge(left, right, list.Count, result));
        }

        return list;
    }

    private static AddedToken[] ReadAdded(string path, JsonElement root, BpeVocabulary vocabulary)
    {
        if (!Present(root, "added_tokens", out var list))
        {
            return [];
        }

        AddedToken[] added =
        [
            .. list.EnumerateArray().Select(t => new AddedToken(t.GetProperty("id").GetInt32(), t.GetProperty("content").GetString()!)
            {
                IsSpecial = Flag(t, "special"),
                IsSingleWord = Flag(t, "single_word"),
                StripsLeft = Flag(t, "lstrip"),
                StripsRight = Flag(t, "rstrip"),
                IsNormalized = t.TryGetProperty("normalized", out var normalized) ? normalized.GetBoolean() : !Flag(t, "special"),
            }),
        ];
        if (AddedTokenIds.FindOther(added, vocabulary) is { } other)
        {
            throw LanguageMistake.Tokenizer(
                path,
                $"its added token '{other.Token.Content}' has the id {other.Token.Id}, which Hugging Face's tokenizers does not keep: it "
                + $"would be {other.Id}",
                "Write the token into 'vocab' with its id, too.");
        }

        return added;
    }

    private static JsonElement Field(string path, JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value)
            ? value
            : throw LanguageMistake.Tokenizer(path, $"it has no '{name}'");

    private static string? Text(JsonElement parent, string name) => Present(parent, name, out var value) ? value.GetString() : null;

    private static bool Flag(JsonElement parent, string name) => Present(parent, name, out var value) && value.GetBoolean();

    private static bool Present(JsonElement parent, string name, out JsonElement value) =>
        parent.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
}
