using Composer.Mad.Samples;
using Composer.Mad.Tasks;

namespace Composer.Mad.Tests.Tasks;

/// <summary>
/// Whether a sample obeys its task's rules, written from the rules alone: the generators and the published
/// examples go through the same checks.
/// </summary>
internal static class TaskRules
{
    private const int Ignored = -1;

    public static void Check(string task, MadTaskSettings settings, SampleKind kind, ReadOnlySpan<int> x, ReadOnlySpan<int> y)
    {
        Assert.Equal(x.Length, y.Length);
        foreach (var token in x)
        {
            Assert.InRange(token, 0, settings.Vocabulary - 1);
        }

        switch (task)
        {
            case "in-context-recall" or "noisy-in-context-recall":
                CheckRecall(settings, kind, x, y);
                break;
            case "fuzzy-in-context-recall":
                CheckFuzzyRecall(settings, kind, x, y);
                break;
            case "selective-copying":
                CheckSelectiveCopying(settings, x, y);
                break;
            case "compression":
                CheckCompression(settings, x, y);
                break;
            case "memorization":
                CheckMemorization(settings, x, y);
                break;
            case "successor":
                CheckSuccessor(settings, x, y);
                break;
            case "mqar":
                CheckMultiQueryRecall(settings, x, y);
                break;
            case "needle":
                CheckNeedle(settings, x, y);
                break;
            case "k-hop":
                CheckHop(settings, x, y);
                break;
            case "state-tracking":
                Assert.Equal(settings.Length, x.Length);
                Assert.All(y.ToArray(), t => Assert.NotEqual(Ignored, t));
                break;
            case "sort":
                CheckSort(settings, x, y);
                break;
            default:
                Assert.Fail($"No rules for {task}.");
                break;
        }

        if (ProxySolver.Solve(task, settings, x) is { } answers)
        {
            Assert.Equal(answers, y.ToArray());
        }
    }

    private static void CheckNextToken(ReadOnlySpan<int> x, ReadOnlySpan<int> y)
    {
        for (var i = 0; i + 1 < x.Length; i++)
        {
            Assert.Equal(x[i + 1], y[i]);
        }

        Assert.NotEqual(Ignored, y[^1]);
    }

    private static void CheckRecall(MadTaskSettings s, SampleKind kind, ReadOnlySpan<int> x, ReadOnlySpan<int> y)
    {
        var plain = s.Vocabulary - s.NoiseVocabulary - (s.MultiQuery ? 0 : 1);
        var valueOf = new Dictionary<int, int>();
        var pairs = (s.Length / 2) - 1;
        Assert.Equal(s.MultiQuery ? s.Length - 1 : s.Length, x.Length);
        for (var i = 0; i < pairs; i++)
        {
            var (key, value) = (x[2 * i], x[(2 * i) + 1]);
            var noise = key >= plain;
            Assert.Equal(noise, value >= plain);
            Assert.True(!noise || s.NoiseVocabulary > 0);
            var asked = !noise && !valueOf.TryAdd(key, value);
            if (!noise)
            {
                Assert.InRange(key, 0, (plain / 2) - 1);
                Assert.InRange(value, plain / 2, plain - 1);
                Assert.Equal(valueOf[key], value);
            }

            if (kind == SampleKind.Test)
            {
                Assert.Equal(asked && s.MultiQuery ? value : Ignored, y[2 * i]);
                Assert.Equal(Ignored, y[(2 * i) + 1]);
            }
        }

        if (!s.MultiQuery)
        {
            Assert.Equal(s.Vocabulary - 1, x[^2]);
            Assert.True(kind == SampleKind.Training || y[^2] == Ignored);
        }

        Assert.Equal(valueOf[x[^1]], y[^1]);
        if (kind == SampleKind.Training)
        {
            CheckNextToken(x, y);
        }
    }

    private static void CheckFuzzyRecall(MadTaskSettings s, SampleKind kind, ReadOnlySpan<int> x, ReadOnlySpan<int> y)
    {
        var special = s.MultiQuery ? 1 : 2;
        var plain = s.Vocabulary - special;
        var pad = plain;
        Assert.Equal(s.Length, x.Length);

        // The whole sequence: x and the token that the shift cut off.
        int[] tokens = [.. x, y[^1]];
        bool[] asked = [false, .. y.ToArray().Select(t => t != Ignored)];
        if (kind == SampleKind.Training)
        {
            CheckNextToken(x, y);
        }

        var at = 0;
        while (tokens[at] == pad)
        {
            Assert.True(kind == SampleKind.Training || !asked[at]);
            at++;
        }

        Assert.InRange(at, 1, 2 * s.Motif + 1);
        var valueOf = new Dictionary<string, string>();
        string probe = "", probeValue = "";
        while (at < tokens.Length)
        {
            var isLast = false;
            if (!s.MultiQuery && tokens[at] == s.Vocabulary - 1)
            {
                Assert.True(kind == SampleKind.Training || !asked[at]);
                at++;
                isLast = true;
            }

            var (keyAt, keyEnd) = (at, at);
            while (keyEnd < tokens.Length && tokens[keyEnd] < plain / 2)
            {
                keyEnd++;
            }

            var end = keyEnd;
            while (end < tokens.Length && tokens[end] >= plain / 2 && tokens[end] < plain)
            {
                end++;
            }

            isLast |= s.MultiQuery && end == tokens.Length;
            var (key, value) = (tokens[keyAt..keyEnd], tokens[keyEnd..end]);
            Assert.InRange(key.Length, kind == SampleKind.Test ? s.Motif : 1, s.Motif);
            Assert.InRange(value.Length, 1, s.Motif);
            Assert.Equal(key.Length, key.Distinct().Count());
            Assert.Equal(value.Length, value.Distinct().Count());
            var (name, answer) = (string.Join(' ', key), string.Join(' ', value));
            var known = !valueOf.TryAdd(name, answer);
            Assert.Equal(valueOf[name], answer);
            if (kind == SampleKind.Test)
            {
                Assert.All(asked[keyAt..keyEnd], Assert.False);
                Assert.All(asked[keyEnd..end], a => Assert.Equal(isLast || (known && s.MultiQuery), a));
            }

            at = end;
            (probe, probeValue) = (name, answer);
        }

        Assert.Equal(valueOf[probe], probeValue);
    }

    private static void CheckSelectiveCopying(MadTaskSettings s, ReadOnlySpan<int> x, ReadOnlySpan<int> y)
    {
        var (blank, copy) = (s.Vocabulary - 2, s.Vocabulary - 1);
        Assert.Equal(s.Length, x.Length);
        int[] data = [.. x.ToArray().Where(t => t < blank)];
        Assert.Equal(s.Copy, data.Length);
        Assert.Equal(copy, x[^(s.Copy + 1)]);
        Assert.NotInRange(x[^(s.Copy + 2)], blank, copy);
        Assert.All(x[^s.Copy..].ToArray(), t => Assert.Equal(blank, t));
        Assert.Equal(s.Length - (2 * s.Copy) - 1, x[..^(s.Copy + 1)].ToArray().Count(t => t == blank));
        Assert.Equal(data, y[^s.Copy..].ToArray());
        Assert.All(y[..^s.Copy].ToArray(), t => Assert.Equal(Ignored, t));
    }

    private static void CheckCompression(MadTaskSettings s, ReadOnlySpan<int> x, ReadOnlySpan<int> y)
    {
        Assert.Equal(s.Length, x.Length);
        Assert.Equal(s.Vocabulary - 1, x[^1]);
        Assert.All(x[..^1].ToArray(), t => Assert.InRange(t, 0, s.Vocabulary - 2));
        Assert.Equal(x.ToArray(), y.ToArray());
    }

    private static void CheckMemorization(MadTaskSettings s, ReadOnlySpan<int> x, ReadOnlySpan<int> y)
    {
        Assert.Equal(s.Length, x.Length);
        var keys = (s.Vocabulary - 1) / 2;
        var valueOf = new Dictionary<int, int>();
        for (var i = 0; i < x.Length; i += 2)
        {
            Assert.InRange(x[i], 0, keys - 1);
            Assert.Equal(Ignored, y[i]);
            Assert.Equal(s.Vocabulary - 1, x[i + 1]);
            Assert.InRange(y[i + 1], keys, s.Vocabulary - 2);
            valueOf.TryAdd(x[i], y[i + 1]);
            Assert.Equal(valueOf[x[i]], y[i + 1]);
        }

        Assert.Equal(valueOf.Count, valueOf.Values.Distinct().Count());
    }

    private static void CheckSuccessor(MadTaskSettings s, ReadOnlySpan<int> x, ReadOnlySpan<int> y)
    {
        var noise = s.Vocabulary - 1;
        for (var i = 0; i < x.Length; i++)
        {
            Assert.Equal(x[i] == noise ? Ignored : x[i] == noise - 1 ? 0 : x[i] + 1, y[i]);
        }
    }

    /// <summary>What stands where; the answers are the solver's.</summary>
    private static void CheckMultiQueryRecall(MadTaskSettings s, ReadOnlySpan<int> x, ReadOnlySpan<int> y)
    {
        var half = s.Vocabulary / 2;
        Assert.Equal(s.Length, x.Length);
        int[] pairs = x[..(2 * s.Pairs)].ToArray();
        int[] keys = [.. pairs.Where((_, i) => i % 2 == 0)];
        int[] values = [.. pairs.Where((_, i) => i % 2 == 1)];
        Assert.All(keys, key => Assert.InRange(key, 1, half - 1));
        Assert.All(values, value => Assert.InRange(value, half, s.Vocabulary - 1));
        Assert.Equal((s.Pairs, s.Pairs), (keys.Distinct().Count(), values.Distinct().Count()));
        int[] rest = x[(2 * s.Pairs)..].ToArray();
        Assert.All(rest.Where((_, i) => i % 2 == 1), token => Assert.Equal(0, token));
        Assert.Equal(keys.Order(), rest.Where(token => token != 0).Order());
        Assert.Equal(s.Pairs, y.ToArray().Count(t => t != Ignored));
    }

    private static void CheckNeedle(MadTaskSettings s, ReadOnlySpan<int> x, ReadOnlySpan<int> y)
    {
        var (mark, filler) = (s.Vocabulary - 1, (s.Vocabulary - 1) / 2);
        var keys = (mark - filler) / 2;
        Assert.Equal(s.Length, x.Length);
        Assert.Equal(2, x.ToArray().Count(t => t == mark));
        Assert.Equal(mark, x[^2]);
        Assert.InRange(x[^1], filler, filler + keys - 1);
        Assert.InRange(y[^1], filler + keys, mark - 1);
        Assert.All(y[..^1].ToArray(), t => Assert.Equal(Ignored, t));
        Assert.Equal(5, x.ToArray().Count(t => t >= filler));
    }

    private static void CheckHop(MadTaskSettings s, ReadOnlySpan<int> x, ReadOnlySpan<int> y)
    {
        var (blank, mark, queries) = (s.Vocabulary - 2, s.Vocabulary - 1, s.MultiQuery ? s.Pairs : 1);
        Assert.Equal(s.Length, x.Length);
        var asked = new List<int>();
        for (var i = 0; i < x.Length; i += 2)
        {
            var isQuery = i >= x.Length - (2 * queries);
            Assert.Equal(isQuery, x[i] == mark);
            Assert.Equal(x[i] == blank, x[i + 1] == blank);
            Assert.Equal(Ignored, y[i]);
            Assert.Equal(isQuery, y[i + 1] != Ignored);
            if (isQuery)
            {
                asked.Add(x[i + 1]);
                Assert.NotEqual(x[i + 1], y[i + 1]);
            }
        }

        Assert.Equal(queries, asked.Distinct().Count());
    }

    private static void CheckSort(MadTaskSettings s, ReadOnlySpan<int> x, ReadOnlySpan<int> y)
    {
        var count = s.Length / 2;
        Assert.Equal(s.Length, x.Length);
        Assert.Equal(count, x[..count].ToArray().Distinct().Count());
        Assert.Equal(s.Vocabulary - 1, x[count]);
        Assert.All(y[count..].ToArray(), t => Assert.InRange(t, 0, s.Vocabulary - 2));
        Assert.Equal(y[count..^1].ToArray(), x[(count + 1)..].ToArray());
    }
}
