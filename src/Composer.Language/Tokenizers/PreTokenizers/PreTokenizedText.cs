using System.Text;
using Composer.Language.Tokenizers.Patterns;

namespace Composer.Language.Tokenizers.PreTokenizers;

/// <summary>A text on its way to the model: its pieces, which steps cut and change.</summary>
/// <param name="text">Normalized, without lone surrogates.</param>
/// <param name="isStart">Whether it begins where the whole text does.</param>
internal sealed class PreTokenizedText(string text, bool isStart)
{
    private readonly List<MatchPart> parts = [];
    private List<(int Start, int End)> pieces = text.Length == 0 ? [] : [(0, text.Length)];
    private List<(int Start, int End)> next = [];

    /// <summary>What the pieces are places in.</summary>
    public string Text { get; private set; } = text;

    /// <summary>In order; none is empty.</summary>
    public IReadOnlyList<(int Start, int End)> Pieces => pieces;

    /// <summary>Cuts each piece where a matcher says.</summary>
    /// <param name="matcher">Sees each piece as a whole text.</param>
    /// <param name="behavior">What becomes of the matches.</param>
    /// <param name="isInverted">Whether what lies between the matches counts as the match.</param>
    public void Split(ITextMatcher matcher, SplitBehavior behavior, bool isInverted = false)
    {
        next.Clear();
        foreach (var (start, end) in pieces)
        {
            parts.Clear();
            matcher.Cut(Text.AsSpan(start, end - start), parts);
            var first = next.Count;
            var wasMatch = false;
            for (var i = 0; i < parts.Count; i++)
            {
                var part = parts[behavior == SplitBehavior.MergedWithNext ? parts.Count - 1 - i : i];
                Add(part, part.IsMatch != isInverted, wasMatch, behavior, start, first);
                wasMatch = part.IsMatch != isInverted;
            }

            if (behavior == SplitBehavior.MergedWithNext)
            {
                next.Reverse(first, next.Count - first);
            }
        }

        next.RemoveAll(p => p.Start == p.End);
        (pieces, next) = (next, pieces);
    }

    /// <summary>Changes each piece for itself.</summary>
    /// <param name="change">Of a piece, and whether it begins where the whole text does.</param>
    public void Change(Func<string, bool, string> change)
    {
        var result = new StringBuilder(Text.Length + 16);
        for (var i = 0; i < pieces.Count; i++)
        {
            var (start, end) = pieces[i];
            var place = result.Length;
            result.Append(change(Text[start..end], isStart && start == 0));
            pieces[i] = (place, result.Length);
        }

        Text = result.ToString();
        pieces.RemoveAll(p => p.Start == p.End);
    }

    private void Add(MatchPart part, bool isMatch, bool wasMatch, SplitBehavior behavior, int offset, int first)
    {
        var (start, end) = (offset + part.Start, offset + part.End);
        if (behavior == SplitBehavior.Removed && isMatch)
        {
            return;
        }

        var isMerged = next.Count > first && behavior switch
        {
            SplitBehavior.Contiguous => isMatch == wasMatch,
            SplitBehavior.MergedWithPrevious or SplitBehavior.MergedWithNext => isMatch && !wasMatch,
            _ => false,
        };
        if (!isMerged)
        {
            next.Add((start, end));
        }
        else if (behavior == SplitBehavior.MergedWithNext)
        {
            next[^1] = (start, next[^1].End);
        }
        else
        {
            next[^1] = (next[^1].Start, end);
        }
    }
}
