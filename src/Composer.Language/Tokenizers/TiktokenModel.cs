using System.Globalization;
using System.Text;
using Composer.Core.Diagnostics;
using Composer.Language.Tokenizers.Added;
using Composer.Language.Tokenizers.Bpe;
using Composer.Language.Tokenizers.Characters;
using Composer.Language.Tokenizers.PreTokenizers;
using Composer.Language.Tokenizers.Processors;

namespace Composer.Language.Tokenizers;

/// <summary>
/// tiktoken's <c>.model</c>: a line <c>base64 rank</c> for each token. A pair of tokens merges when their bytes together are a
/// token, whose rank is the merge's. The file says neither how text is cut nor which special tokens there are: the number of its
/// ranks tells which of the published vocabularies it is.
/// </summary>
internal static class TiktokenModel
{
    private const string EndOfText = "<|endoftext|>";

    private static readonly TiktokenVocabulary[] Known =
    [
        new("GPT-2", 50_256, PreTokenizer.Gpt2, [(0, EndOfText)]),
        new(
            "cl100k",
            100_256,
            PreTokenizer.Llama3,
            [(1, EndOfText), (2, "<|fim_prefix|>"), (3, "<|fim_middle|>"), (4, "<|fim_suffix|>"), (20, "<|endofprompt|>")]),
        new("Llama 3", 128_000, PreTokenizer.Llama3, Llama3Specials()) { HasBosInFront = true },
        new("o200k", 199_998, PreTokenizer.O200k, [(1, EndOfText), (20, "<|endofprompt|>")]),
    ];

    /// <exception cref="Composer.Core.Diagnostics.UserInputException">Not such a file, or of an unknown vocabulary.</exception>
    public static BpeTokenizer Load(string path)
    {
        var tokens = ReadTokens(path);
        var known = Array.Find(Known, k => k.Ranks == tokens.Length) ?? throw UnknownVocabulary(path, tokens.Length);
        var ids = new Dictionary<string, int>(tokens.Length, StringComparer.Ordinal);
        for (var id = 0; id < tokens.Length; id++)
        {
            ids[Encoding.Latin1.GetString(tokens[id])] = id;
        }

        AddedToken[] specials = [.. known.Specials.Select(s => new AddedToken(tokens.Length + s.Offset, s.Name))];
        string?[] written = [.. tokens.Select(t => ByteLevelAlphabet.Write(t))];
        var vocabulary = new BpeVocabulary(written, MergesOf(tokens, ids), IsByteLevel: true, WholePieceFirst: true);
        if (AddedTokenIds.FindOther(specials, vocabulary) is not null)
        {
            // Special tokens that leave a gap keep their ids where the vocabulary has them too.
            var all = new string?[specials.Max(s => s.Id) + 1];
            written.CopyTo(all, 0);
            Array.ForEach(specials, s => all[s.Id] = s.Content);
            vocabulary = vocabulary with { Tokens = all };
        }

        var definition = TokenizerDefinition.ByteLevel(vocabulary, specials, known.Scanner);
        return new BpeTokenizer(known.HasBosInFront ? definition with { Specials = new SpecialTokens([specials[0].Id], []) } : definition);
    }

    private static UserInputException UnknownVocabulary(string path, int ranks) => LanguageMistake.Tokenizer(
        path,
        $"it has {Number(ranks)} ranks, as none of the vocabularies whose pattern is known",
        $"Known are {string.Join(", ", Known.Select(k => $"{k.Name} ({Number(k.Ranks)})"))}; take the tokenizer.json of this one, which "
        + "says how it cuts text.");

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static List<BpeMerge> MergesOf(byte[][] tokens, Dictionary<string, int> ids)
    {
        var bySpan = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        var merges = new List<BpeMerge>(tokens.Length);
        for (var id = 0; id < tokens.Length; id++)
        {
            var text = Encoding.Latin1.GetString(tokens[id]).AsSpan();
            for (var cut = 1; cut < text.Length; cut++)
            {
                if (bySpan.TryGetValue(text[..cut], out var left) && bySpan.TryGetValue(text[cut..], out var right))
                {
                    merges.Add(new BpeMerge(left, right, id, id));
                }
            }
        }

        return merges;
    }

    private static (int Offset, string Name)[] Llama3Specials()
    {
        string[] named =
        [
            "<|begin_of_text|>", "<|end_of_text|>", "<|reserved_special_token_0|>", "<|reserved_special_token_1|>",
            "<|finetune_right_pad_id|>", "<|step_id|>", "<|start_header_id|>", "<|end_header_id|>", "<|eom_id|>",
            "<|eot_id|>", "<|python_tag|>",
        ];
        return
        [
            .. Enumerable.Range(0, 256).Select(i => (i, i < named.Length
                ? named[i]
                : string.Create(CultureInfo.InvariantCulture, $"<|reserved_special_token_{i - named.Length + 2}|>"))),
        ];
    }

    private static byte[][] ReadTokens(string path)
    {
        var byRank = new SortedDictionary<int, byte[]>();
        var line = 0;
        foreach (var text in File.ReadLines(path))
        {
            line++;
            if (text.Length == 0)
            {
                continue;
            }

            var space = text.IndexOf(' ', StringComparison.Ordinal);
            var bytes = new byte[text.Length];
            if (space < 1
                || !Convert.TryFromBase64Chars(text.AsSpan(0, space), bytes, out var length)
                || !int.TryParse(text.AsSpan(space + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var rank)
                || !byRank.TryAdd(rank, bytes[..length]))
            {
                throw LanguageMistake.Tokenizer(path, $"line {line} is not 'base64 rank' with a rank of its own");
            }
        }

        if (byRank.Count == 0 || byRank.Last().Key != byRank.Count - 1)
        {
            throw LanguageMistake.Tokenizer(path, "the ranks are not 0, 1, 2 … without a gap");
        }

        return [.. byRank.Values];
    }
}
