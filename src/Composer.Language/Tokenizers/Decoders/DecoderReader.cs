using System.Globalization;
using System.Text;
using System.Text.Json;
using Composer.Language.Tokenizers.Characters;
using Composer.Language.Tokenizers.Normalizers;
using Composer.Language.Tokenizers.Patterns;

namespace Composer.Language.Tokenizers.Decoders;

/// <summary>Reads the part <c>decoder</c> of a tokenizer.json.</summary>
internal static class DecoderReader
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Joins the bytes that byte-level tokens write; bytes that are no UTF-8 become U+FFFD.</summary>
    public static TokenDecoder ByteLevel { get; } = new FunctionDecoder(
        tokens => [Encoding.UTF8.GetString([.. tokens.SelectMany(t => ByteLevelAlphabet.Read(t) ?? Encoding.UTF8.GetBytes(t))])]);

    /// <exception cref="TokenizerPartException">It is of a kind, or has a pattern, that is not implemented.</exception>
    public static TokenDecoder Read(JsonElement json)
    {
        var type = json.GetProperty("type").GetString()!;
        switch (type)
        {
            case "ByteLevel":
                return ByteLevel;
            case "ByteFallback":
                return new FunctionDecoder(ByteFallback);
            case "Fuse":
                return new FunctionDecoder(tokens => [string.Concat(tokens)]);
            case "Sequence":
                TokenDecoder[] parts = [.. json.GetProperty("decoders").EnumerateArray().Select(Read)];
                return new FunctionDecoder(tokens => parts.Aggregate(tokens, (current, part) => part.Decode(current)));
            case "Replace":
                var replace = new ReplaceNormalizer("", MatcherReader.Read(json), json.GetProperty("content").GetString()!);
                return Each((token, _, _) => replace.Normalize(token));
            case "Strip":
                return Strip(
                    json.GetProperty("content").GetString()!, json.GetProperty("start").GetInt32(), json.GetProperty("stop").GetInt32());
            case "BPEDecoder":
                var suffix = json.GetProperty("suffix").GetString()!;
                return Each((token, i, count) => token.Replace(suffix, i == count - 1 ? "" : " ", StringComparison.Ordinal));
            case "Metaspace":
                var replacement = json.GetProperty("replacement").GetString()!;
                var isNever = json.TryGetProperty("prepend_scheme", out var scheme) && scheme.GetString() == "never";
                return Each((token, i, _) => token.Replace(replacement, i == 0 && !isNever ? "" : " ", StringComparison.Ordinal));
            default:
                throw new TokenizerPartException($"its decoder '{type}' is not implemented");
        }
    }

    private static FunctionDecoder Each(Func<string, int, int, string> change) =>
        new(tokens => [.. tokens.Select((token, i) => change(token, i, tokens.Count))]);

    private static FunctionDecoder Strip(string content, int most, int mostAtEnd) => Each((token, _, _) =>
    {
        var start = 0;
        for (var i = 0; i < most && token.AsSpan(start).StartsWith(content, StringComparison.Ordinal); i++)
        {
            start += content.Length;
        }

        var end = token.Length;
        for (var i = 0; i < mostAtEnd && token.AsSpan(start, end - start).EndsWith(content, StringComparison.Ordinal); i++)
        {
            end -= content.Length;
        }

        return token[start..end];
    });

    private static List<string> ByteFallback(List<string> tokens)
    {
        var (result, bytes) = (new List<string>(), new List<byte>());
        foreach (var token in tokens)
        {
            if (token is ['<', '0', 'x', _, _, '>']
                && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                bytes.Add(value);
                continue;
            }

            Close();
            result.Add(token);
        }

        Close();
        return result;

        void Close()
        {
            try
            {
                if (bytes.Count > 0)
                {
                    result.Add(Strict.GetString([.. bytes]));
                }
            }
            catch (DecoderFallbackException)
            {
                result.AddRange(Enumerable.Repeat("\uFFFD", bytes.Count));
            }

            bytes.Clear();
        }
    }
}
