using Composer.Language.Evaluation.Harness;
using Composer.Language.Tokenizers;

namespace Composer.Language.Evaluation;

/// <summary>Encodes requests as lm-evaluation-harness 0.4.13 does with a model of Hugging Face's.</summary>
/// <param name="tokenizer">The model's.</param>
/// <param name="window">Longest sequence.</param>
/// <param name="addBosToken">Whether special tokens go around every text; null: as the tokenizer does by itself.</param>
internal sealed class RequestEncoder(ITokenizer tokenizer, int window, bool? addBosToken)
{
    /// <summary>A continuation given a context. Of what is too long the last tokens are taken: one more than the window, less the last.</summary>
    public EncodedRequest Continuation(string context, string continuation)
    {
        var (given, following) = EncodePair(context, continuation);
        var first = Math.Max(0, given.Count + following.Count - (window + 1));
        if (following.Count > window || following.Count == 0)
        {
            return new EncodedRequest([], [.. following], first > 0, window);
        }

        return new EncodedRequest([.. given.Concat(following).Skip(first).SkipLast(1)], [.. following], first > 0, window);
    }

    /// <summary>
    /// A whole text in windows: the first begins behind BOS, each later one predicts what the one before did not and is given as
    /// much before it as fits. Nothing for a text without tokens.
    /// </summary>
    public IEnumerable<EncodedRequest> Rolling(string text)
    {
        var tokens = EncodeWithSpecials(text);
        for (var done = 0; done < tokens.Count;)
        {
            var count = Math.Min(window, tokens.Count - done);
            var end = done + count;
            IEnumerable<int> inputs = done == 0
                ? tokens.Take(count - 1).Prepend(tokenizer.BosId)
                : tokens.Skip(end - window - 1).Take(window);
            yield return new EncodedRequest([.. inputs], [.. tokens.Skip(done).Take(count)], IsCut: false, window);
            done = end;
        }
    }

    /// <summary>What is given, and what the model is fed behind it.</summary>
    private (List<int> Given, List<int> Following) EncodePair(string context, string continuation)
    {
        var whole = new List<int>();
        if (context.Length == 0)
        {
            tokenizer.Encode(continuation, whole);
            return whole.Count > 0 && whole[0] == tokenizer.BosId ? (whole[..1], whole[1..]) : ([tokenizer.BosId], whole);
        }

        // White space at the context's end belongs to the continuation's first token. The context is fed as it is encoded alone,
        // also where its last token and the continuation's first would be one.
        whole = EncodeWithSpecials(context + continuation);
        var given = EncodeWithSpecials(PythonText.RStrip(context));
        return given.Count == 0 ? ([tokenizer.BosId], whole) : (given, whole[Math.Min(given.Count, whole.Count)..]);
    }

    /// <summary>With the tokenizer's own special tokens around it, or as <c>addBosToken</c> says; never a second BOS.</summary>
    private List<int> EncodeWithSpecials(string text)
    {
        var tokens = new List<int>();
        var isMarked = tokenizer.BosText is { Length: > 0 } bos && text.StartsWith(bos, StringComparison.Ordinal);
        var adds = !isMarked && addBosToken != false;
        if (adds)
        {
            tokens.AddRange(
                tokenizer.SpecialsBefore.Count > 0 || addBosToken is null ? tokenizer.SpecialsBefore : [tokenizer.BosId]);
        }

        tokenizer.Encode(text, tokens);
        if (adds)
        {
            tokens.AddRange(tokenizer.SpecialsAfter);
        }

        return tokens;
    }
}
