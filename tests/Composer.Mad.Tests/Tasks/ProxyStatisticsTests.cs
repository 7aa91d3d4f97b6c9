using Composer.Core;
using Composer.Mad.Samples;
using Composer.Mad.Tasks;

namespace Composer.Mad.Tests.Tasks;

/// <summary>The distributions of the tasks beside the paper's six, against what their definitions come to.</summary>
public sealed class ProxyStatisticsTests
{
    private const int Samples = 10_000;
    private const int Ignored = -1;

    public static TheoryData<string, MadTaskSettings> Difficulties => new()
    {
        { "mqar", new(64, 64) { Pairs = 8 } },
        { "mqar", new(33, 128) { Pairs = 15 } },
        { "needle", new(32, 256) },
        { "needle", new(7, 16) },
        { "k-hop", new(32, 64) { Pairs = 8, Hops = 2 } },
        { "k-hop", new(16, 64) { Pairs = 9, Hops = 4, MultiQuery = false } },
        { "state-tracking", new(2, 40) { Group = StateGroup.Parity } },
        { "state-tracking", new(8, 64) { Group = StateGroup.S3 } },
        { "state-tracking", new(120, 60) { Group = StateGroup.S5 } },
        { "sort", new(128, 32) },
        { "sort", new(9, 12) },
    };

    /// <summary>Chance and floor: no answer is more frequent than another, so their frequencies give 1/n and ln n and no more.</summary>
    [Theory]
    [MemberData(nameof(Difficulties))]
    public void Answers_are_uniform(string name, MadTaskSettings settings)
    {
        var answers = Draw(name, settings).Targets.Where(t => t != Ignored).ToArray();
        var expected = MadTasks.Get(name).Answers(settings);
        var counts = answers.CountBy(t => t).Select(c => c.Value).ToArray();
        Assert.Equal(expected, counts.Length);
        var entropy = -counts.Sum(c => (double)c / answers.Length * Math.Log((double)c / answers.Length));

        // The frequencies of N draws are on average (n − 1)/2N below ln n.
        var bias = (expected - 1) / (2.0 * answers.Length);
        Assert.InRange(entropy, Math.Log(expected) - (4 * bias) - 1e-4, Math.Log(expected) + 1e-9);
    }

    /// <summary>The paper's six say the same of themselves.</summary>
    [Theory]
    [InlineData("in-context-recall", 8)]
    [InlineData("noisy-in-context-recall", 8)]
    [InlineData("fuzzy-in-context-recall", 8)]
    [InlineData("selective-copying", 14)]
    [InlineData("compression", 15)]
    [InlineData("memorization", 127)]
    public void Answers_of_the_six_are_as_many_as_measured(string name, int answers)
    {
        var task = MadTasks.Get(name);
        Assert.Equal(answers, task.Answers(task.Baseline));
    }

    [Fact]
    public void Every_key_is_asked_once_at_a_power_law_distance()
    {
        const int Pairs = 8;
        var set = Draw("mqar", new(64, 128) { Pairs = Pairs });
        var places = new int[64 - Pairs];
        var all = new int[64 - Pairs];
        for (var i = 0; i < set.Count; i++)
        {
            var x = set.InputsOf(i);
            var y = set.TargetsOf(i);
            Assert.Equal(Pairs, y.ToArray().Count(t => t != Ignored));
            for (var place = 0; place < places.Length; place++)
            {
                var token = x[(2 * Pairs) + (2 * place)];
                places[place] += token == x[0] ? 1 : 0;
                all[place] += token != 0 ? 1 : 0;
            }
        }

        // The first key's place is drawn first, so from all of them: a·i^(a − 1), made to sum to one.
        var sum = Enumerable.Range(1, places.Length).Sum(i => Math.Pow(i, -0.99));
        for (var place = 0; place < places.Length; place++)
        {
            var share = Math.Pow(place + 1, -0.99) / sum;
            Assert.Equal(share, (double)places[place] / Samples, 5 * Math.Sqrt(share * (1 - share) / Samples));
        }

        // Whichever key: the nearest place is all but always taken, the farthest is taken least.
        Assert.True(all[0] > 0.8 * Samples && all[0] > 3 * all[^1], $"{all[0]} and {all[^1]} of {Samples}");
        Assert.Equal(Pairs * Samples, all.Sum());
    }

    [Fact]
    public void Needle_lies_at_any_depth_as_often()
    {
        const int Depths = 256 - 4;
        var set = Draw("needle", new(32, 256));
        var counts = new int[Depths];
        for (var i = 0; i < set.Count; i++)
        {
            counts[set.InputsOf(i).IndexOf(31)]++;
        }

        var expected = (double)Samples / Depths;
        var chi = counts.Sum(c => (c - expected) * (c - expected) / expected);
        Assert.InRange(chi, Depths - 1 - (4 * Math.Sqrt(2 * Depths)), Depths - 1 + (4 * Math.Sqrt(2 * Depths)));
        var filler = set.Inputs.Where(t => t < 15).CountBy(t => t).Select(c => (double)c.Value).ToArray();
        Assert.Equal(15, filler.Length);
        Assert.All(filler, count => Assert.Equal(1, count / filler.Average(), 0.02));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Hops_lead_along_one_ring_and_no_place_tells_the_answer(int hops)
    {
        const int Pairs = 8;
        var settings = new MadTaskSettings(16, 48) { Pairs = Pairs, Hops = hops };
        var set = Draw("k-hop", settings);
        var begins = new int[(48 / 2) - Pairs];
        var answerFrom = new int[(48 / 2) - Pairs];
        for (var i = 0; i < set.Count; i++)
        {
            var x = set.InputsOf(i);
            var y = set.TargetsOf(i);
            var next = new Dictionary<int, int>();
            for (var place = 0; place < begins.Length; place++)
            {
                if (x[2 * place] != 14)
                {
                    next.Add(x[2 * place], x[(2 * place) + 1]);
                    begins[place]++;
                    answerFrom[place] += x[(2 * place) + 1] == y[^1] ? 1 : 0;
                }
            }

            var (at, length) = (x[^1], 0);
            do
            {
                (at, length) = (next[at], length + 1);
            }
            while (at != x[^1]);
            Assert.Equal(Pairs, length);
        }

        var share = (double)Pairs / begins.Length;
        Assert.All(begins, count => Assert.Equal(share, (double)count / Samples, 5 * Math.Sqrt(share * (1 - share) / Samples)));
        var of = 1.0 / begins.Length;
        Assert.All(answerFrom, count => Assert.Equal(of, (double)count / Samples, 5 * Math.Sqrt(of * (1 - of) / Samples)));
    }

    [Theory]
    [InlineData(StateGroup.Parity, 2)]
    [InlineData(StateGroup.S3, 6)]
    [InlineData(StateGroup.S5, 120)]
    public void Products_are_those_of_a_group(StateGroup which, int order)
    {
        var group = PermutationGroup.Of(which);
        Assert.Equal(order, group.Order);
        var commutes = true;
        for (var a = 0; a < order; a++)
        {
            Assert.Equal((a, a), (group.Product(0, a), group.Product(a, 0)));
            Assert.Equal(order, Enumerable.Range(0, order).Select(b => group.Product(a, b)).Distinct().Count());
            for (var b = 0; b < order; b++)
            {
                commutes &= group.Product(a, b) == group.Product(b, a);
                var c = (a + (7 * b) + 3) % order;
                Assert.Equal(group.Product(group.Product(a, b), c), group.Product(a, group.Product(b, c)));
            }
        }

        Assert.Equal(which == StateGroup.Parity, commutes);
    }

    /// <summary>Of no position does the token or the one before it tell the product: only the whole word does.</summary>
    [Fact]
    public void Products_are_uniform_at_every_position_given_the_last_letter()
    {
        const int Length = 6;
        var set = Draw("state-tracking", new(6, Length) { Group = StateGroup.S3 });
        for (var position = 1; position < Length; position++)
        {
            var counts = new int[6, 6];
            for (var i = 0; i < set.Count; i++)
            {
                counts[set.InputsOf(i)[position], set.TargetsOf(i)[position]]++;
            }

            var share = 1.0 / 36;
            foreach (var count in counts)
            {
                Assert.Equal(share, (double)count / Samples, 5 * Math.Sqrt(share / Samples));
            }
        }
    }

    [Fact]
    public void Sorted_tokens_stand_where_their_order_statistics_have_them()
    {
        var set = Draw("sort", new(65, 16));
        for (var rank = 1; rank <= 8; rank++)
        {
            // The r-th smallest of n distinct numbers from 1 … N is r·(N + 1)/(n + 1) on average.
            var mean = Enumerable.Range(0, set.Count).Average(i => set.TargetsOf(i)[7 + rank] + 1.0);
            Assert.Equal(rank * 65 / 9.0, mean, 0.5);
        }

        var first = Enumerable.Range(0, set.Count).Average(i => (double)set.InputsOf(i)[0]);
        Assert.Equal(31.5, first, 5 * 18.5 / Math.Sqrt(Samples));
    }

    [Theory]
    [InlineData("mqar", 64, 63, 8, 0, "even and at least 32")]
    [InlineData("mqar", 64, 30, 8, 0, "at this length 7 pairs fit")]
    [InlineData("mqar", 16, 64, 8, 0, "vocabulary (16) must be at least 18")]
    [InlineData("mqar", 64, 64, 0, 0, "pairs (0)")]
    [InlineData("needle", 5, 64, 0, 0, "vocabulary (5)")]
    [InlineData("needle", 32, 4, 0, 0, "length (4)")]
    [InlineData("k-hop", 32, 64, 4, 2, "pairs (4) must be at least 5")]
    [InlineData("k-hop", 32, 64, 8, 0, "hops (0)")]
    [InlineData("k-hop", 32, 30, 8, 2, "even and at least 32")]
    [InlineData("k-hop", 9, 64, 8, 2, "vocabulary (9) must be at least 10")]
    [InlineData("state-tracking", 5, 64, 0, 0, "vocabulary (5) must be at least 6")]
    [InlineData("sort", 16, 64, 0, 0, "vocabulary (16) must be at least 33")]
    [InlineData("sort", 64, 31, 0, 0, "length (31)")]
    public void Impossible_settings_are_explained(
        string task, int vocabulary, int length, int pairs, int hops, string expected)
    {
        var mistake = Assert.Single(
            MadTasks.Get(task).Validate(new MadTaskSettings(vocabulary, length) { Pairs = pairs, Hops = hops }));
        Assert.Contains(expected, mistake, StringComparison.Ordinal);
    }

    private static SampleSet Draw(string name, MadTaskSettings settings)
    {
        var task = MadTasks.Get(name);
        Assert.Empty(task.Validate(settings));
        return SampleSet.Draw(
            task.CreateGenerator(settings, new Seed(3)), new Rng(new Seed(17)), SampleKind.Test, Samples, new HashSet<Digest>());
    }
}
