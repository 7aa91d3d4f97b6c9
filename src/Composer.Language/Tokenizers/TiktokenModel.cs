using System.Globalization;
using System.Text;

namespace Composer.Language.Tokenizers;

/// <summary>
/// tiktoken's <c>.model</c>: a line <c>base64 rank</c> for each token. A pair of tokens merges when their
/// bytes together are a token, whose rank is the merge's; Llama 3's 256 special tokens follow the ranks.
/// </summary>
internal static class TiktokenModel
{
    private const int ReservedSpecials = 256;

    private static readonly string[] NamedSpecials =
    [
        "<|begin_of_text|>", "<|end_of_text|>", "<|reserved_special_token_0|>", "<|reserved_special_token_1|>",
        "<|finetune_right_pad_id|>", "<|step_id|>", "<|start_header_id|>", "<|end_header_id|>", "<|eom_id|>",
        "<|eot_id|>", "<|python_tag|>",
    ];

    public static BpeTokenizer Load(string path)
    {
        var tokens = ReadTokens(path);
        var ids = new Dictionary<string, int>(tokens.Length, StringComparer.Ordinal);
        for (var id = 0; id < tokens.Length; id++)
        {
            ids[Encoding.Latin1.GetString(tokens[id])] = id;
        }

        for (var b = 0; b < 256; b++)
        {
            if (!ids.ContainsKey(((char)b).ToString()))
            {
                throw LanguageMistake.Tokenizer(path, $"no token is the single byte {b}");
            }
        }

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

        var specials = Enumerable.Range(0, ReservedSpecials)
            .Select(i => (tokens.Length + i, i < NamedSpecials.Length
                ? NamedSpecials[i]
                : string.Create(CultureInfo.InvariantCulture, $"<|reserved_special_token_{i - NamedSpecials.Length + 2}|>")))
            .ToArray();
        return new BpeTokenizer(new BpeVocabulary(tokens, merges, specials, PreTokenizer.Llama3, WholePieceFirst: true));
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
