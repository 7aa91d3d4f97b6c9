using Composer.Mad.Tasks;

namespace Composer.Mad.Tests.Tasks;

/// <summary>
/// Answers samples of the tasks beside the paper's six from their inputs alone, each answer from what stands before it: what a
/// perfect model does, so the ceiling of these tasks is the accuracy 1 and the loss 0.
/// </summary>
internal static class ProxySolver
{
    private const int Ignored = -1;

    /// <returns>An answer for each position, -1 where none is asked; null of another task.</returns>
    public static int[]? Solve(string task, MadTaskSettings settings, ReadOnlySpan<int> x) => task switch
    {
        "mqar" => Recall(settings.Pairs, x),
        "needle" => Needle(settings.Vocabulary - 1, x),
        "k-hop" => Hop(settings.Vocabulary - 1, settings.Hops, x),
        "state-tracking" => Track(settings.Group!.Value switch { StateGroup.Parity => 2, StateGroup.S3 => 3, _ => 5 }, x),
        "sort" => Sort(settings.Vocabulary - 1, x),
        _ => null,
    };

    private static int[] Recall(int pairs, ReadOnlySpan<int> x)
    {
        var valueOf = new Dictionary<int, int>();
        var answers = new int[x.Length];
        for (var i = 0; i < x.Length; i++)
        {
            answers[i] = Ignored;
            if (i < 2 * pairs)
            {
                if (i % 2 == 1)
                {
                    valueOf.Add(x[i - 1], x[i]);
                }
            }
            else if (valueOf.TryGetValue(x[i], out var value))
            {
                answers[i] = value;
            }
        }

        return answers;
    }

    private static int[] Needle(int mark, ReadOnlySpan<int> x)
    {
        var answers = new int[x.Length];
        answers.AsSpan().Fill(Ignored);
        var at = x.IndexOf(mark);
        Assert.Equal(x[at + 1], x[^1]);
        answers[^1] = x[at + 2];
        return answers;
    }

    private static int[] Hop(int mark, int hops, ReadOnlySpan<int> x)
    {
        var next = new Dictionary<int, int>();
        var answers = new int[x.Length];
        answers.AsSpan().Fill(Ignored);
        for (var i = 0; i < x.Length; i += 2)
        {
            if (x[i] == mark)
            {
                answers[i + 1] = x[i + 1];
                for (var hop = 0; hop < hops; hop++)
                {
                    answers[i + 1] = next[answers[i + 1]];
                }
            }
            else if (x[i] != mark - 1)
            {
                next.Add(x[i], x[i + 1]);
            }
        }

        return answers;
    }

    /// <summary>By the things themselves, each word's element applied to where they have come.</summary>
    private static int[] Track(int things, ReadOnlySpan<int> x)
    {
        int[] where = [.. Enumerable.Range(0, things)];
        var answers = new int[x.Length];
        for (var i = 0; i < x.Length; i++)
        {
            var element = Element(things, x[i]);
            where = [.. where.Select(place => element[place])];
            answers[i] = Enumerable.Range(0, int.MaxValue).First(n => Element(things, n).SequenceEqual(where));
        }

        return answers;
    }

    /// <summary>The n-th permutation in lexicographic order, by its factorial digits.</summary>
    private static int[] Element(int things, int n)
    {
        var left = Enumerable.Range(0, things).ToList();
        var element = new int[things];
        for (var i = 0; i < things; i++)
        {
            var rest = Enumerable.Range(1, things - 1 - i).Aggregate(1, (a, b) => a * b);
            element[i] = left[n / rest];
            left.RemoveAt(n / rest);
            n %= rest;
        }

        return element;
    }

    private static int[] Sort(int mark, ReadOnlySpan<int> x)
    {
        var count = x.IndexOf(mark);
        var tokens = x[..count].ToArray();
        var answers = new int[x.Length];
        for (var i = 0; i < x.Length; i++)
        {
            answers[i] = i < count ? Ignored : i == count ? tokens.Min() : tokens.Where(Larger(x[i])).Min();
        }

        return answers;

        static Func<int, bool> Larger(int than) => token => token > than;
    }
}
