namespace Composer.Pipeline.Comparison;

/// <summary>A line that only one of two texts has.</summary>
/// <param name="Mark"><c>-</c> the older has it, <c>+</c> the newer.</param>
/// <param name="Line">Its number in that text, from 1.</param>
/// <param name="Text">The line.</param>
public sealed record LineDifference(char Mark, int Line, string Text)
{
    /// <summary>Cells of the table of common lines that are worth their memory.</summary>
    private const long LargestTable = 1 << 24;

    /// <summary>The fewest lines to take out and put in, by a longest common subsequence; in the order of the texts.</summary>
    /// <remarks>Where the differing middles are too long for that, all of the one are out and all of the other in.</remarks>
    public static IReadOnlyList<LineDifference> Between(string older, string newer)
    {
        var (old, now) = (Lines(older), Lines(newer));
        var start = 0;
        while (start < Math.Min(old.Length, now.Length) && old[start] == now[start])
        {
            start++;
        }

        var end = 0;
        while (end < Math.Min(old.Length, now.Length) - start && old[^(end + 1)] == now[^(end + 1)])
        {
            end++;
        }

        return Middle(old.AsSpan(start..^end), now.AsSpan(start..^end), start);
    }

    private static List<LineDifference> Middle(ReadOnlySpan<string> old, ReadOnlySpan<string> now, int start)
    {
        var differences = new List<LineDifference>();
        var common = (long)old.Length * now.Length <= LargestTable ? CommonLines(old, now) : null;
        var (i, j) = (0, 0);
        while (i < old.Length || j < now.Length)
        {
            if (common is not null && i < old.Length && j < now.Length && old[i] == now[j])
            {
                (i, j) = (i + 1, j + 1);
            }
            else if (i < old.Length && (common is null || j == now.Length || common[i + 1, j] >= common[i, j + 1]))
            {
                differences.Add(new LineDifference('-', start + ++i, old[i - 1]));
            }
            else
            {
                differences.Add(new LineDifference('+', start + ++j, now[j - 1]));
            }
        }

        return differences;
    }

    /// <summary>At [i, j] how many lines the texts have in common from there on, in order.</summary>
    private static int[,] CommonLines(ReadOnlySpan<string> old, ReadOnlySpan<string> now)
    {
        var common = new int[old.Length + 1, now.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = now.Length - 1; j >= 0; j--)
            {
                common[i, j] = old[i] == now[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        return common;
    }

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").Split('\n');
}
