using Composer.Language.Tokenizers.Characters;

namespace Composer.Language.Tokenizers.PreTokenizers;

/// <summary>
/// Cuts text into the pieces that byte-level BPE merges within, by one of the patterns that most vocabularies have.
/// Written as scanners over code points: the runtime's Regex sees surrogates, so its \p{L} and \p{N} miss letters
/// and digits beyond U+FFFF and cut such text elsewhere.
/// </summary>
/// <remarks>Stateless and thread-safe. A lone surrogate counts as U+FFFD, which it encodes to.</remarks>
public abstract class PreTokenizer
{
    private protected PreTokenizer()
    {
    }

    /// <summary>GPT-2's pattern.</summary>
    public static PreTokenizer Gpt2 { get; } = new Gpt2PreTokenizer();

    /// <summary>Llama 3's pattern, which is that of cl100k.</summary>
    public static PreTokenizer Llama3 { get; } = new Llama3PreTokenizer("llama-3", longestNumber: 3);

    /// <summary>Qwen2's pattern: Llama 3's with digits one by one.</summary>
    public static PreTokenizer Qwen2 { get; } = new Llama3PreTokenizer("qwen2", longestNumber: 1);

    /// <summary>o200k's pattern, of GPT-4o.</summary>
    public static PreTokenizer O200k { get; } = new O200kPreTokenizer();

    /// <summary>All of them.</summary>
    internal static IReadOnlyList<PreTokenizer> All => [Gpt2, Llama3, Qwen2, O200k];

    /// <summary><c>gpt-2</c>, <c>llama-3</c>, <c>qwen2</c> or <c>o200k</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The pattern as files write it.</summary>
    public abstract string Pattern { get; }

    /// <summary>The end of the piece that starts at <paramref name="start"/>, in UTF-16 code units.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="start">Before the text's end.</param>
    public abstract int PieceEnd(ReadOnlySpan<char> text, int start);

    /// <summary><c>\s+(?!\S)|\s+</c>: a run of white space, without its last one when text follows.</summary>
    private protected static int WhiteSpaceEnd(ReadOnlySpan<char> text, int start)
    {
        var end = CharacterClasses.RunEnd(text, start, CharacterClass.Space);

        // White space lies below U+10000: its last character is one code unit.
        return end == text.Length || end - start < 2 ? end : end - 1;
    }

    /// <summary>The end of <c>(?i:'s|'t|'re|'ve|'m|'ll|'d)</c>, or -1; U+017F, the long s, is an s without regard to case.</summary>
    private protected static int ContractionEnd(ReadOnlySpan<char> text, int start) => text[(start + 1)..] switch
    {
        ['s' or 'S' or '\u017F' or 't' or 'T' or 'm' or 'M' or 'd' or 'D', ..] => start + 2,
        ['r' or 'R' or 'v' or 'V', 'e' or 'E', ..] or ['l' or 'L', 'l' or 'L', ..] => start + 3,
        _ => -1,
    };

    /// <summary><c>\p{N}{1,n}</c>, at a number.</summary>
    private protected static int NumberEnd(ReadOnlySpan<char> text, int start, int longest)
    {
        var end = start;
        for (var i = 0; i < longest && (CharacterClasses.At(text, end, out var next) & CharacterClass.Number) != 0; i++)
        {
            end = next;
        }

        return end;
    }

    /// <summary><c>\s*[\r\n]+</c>: to the last newline of the run of white space, or else <c>\s+(?!\S)|\s+</c>.</summary>
    private protected static int NewlinesOrSpaceEnd(ReadOnlySpan<char> text, int start)
    {
        var end = CharacterClasses.RunEnd(text, start, CharacterClass.Space);
        var newline = text[start..end].LastIndexOfAny('\r', '\n');
        return newline >= 0 ? start + newline + 1
            : end == text.Length || end - start < 2 ? end
            : end - 1;
    }
}
