using Composer.Core;
using Composer.Mad.Evaluation;
using Composer.Mad.Samples;
using Composer.Mad.Tasks;

namespace Composer.Mad.Tests.Tasks;

/// <summary>
/// The baseline distributions against means and standard deviations measured on 10,000 samples of the
/// original generator. A mean may be off by four of its standard errors, ours and the measured one's together.
/// </summary>
public sealed class TaskStatisticsTests
{
    private const int Samples = 10_000;
    private const int Ignored = -1;

    [Fact]
    public void In_context_recall_asks_as_often_as_the_original()
    {
        var test = Draw("in-context-recall", SampleKind.Test);
        var answers = Answers(test);
        Close(56.0016, 0.040, answers);
        Assert.InRange(answers.Min(), 56, 57);
        Assert.InRange(answers.Max(), 56, 57);
        Assert.Equal(64 - (8 * (1 - Math.Pow(7.0 / 8, 63))), answers.Average(), 0.002);
        CloseMarginal(test, 8);
    }

    [Fact]
    public void Noisy_recall_has_the_original_share_of_noise()
    {
        var test = Draw("noisy-in-context-recall", SampleKind.Test);
        var answers = Answers(test);
        Close(43.557, 3.213, answers);
        Assert.True(answers.Min() >= 24 && answers.Max() <= 57);
        CloseMarginal(test, 8);
        Close(12.35, 3.22, [.. Rows(test).Select(r => r.X.Count(t => t >= 16) / 2.0)]);
        Assert.Equal(7.993, Rows(test).Average(r => r.X.Where(t => t < 8).Distinct().Count()), 0.01);
    }

    [Fact]
    public void Fuzzy_recall_has_the_original_pairs_repeats_and_pads()
    {
        var test = Draw("fuzzy-in-context-recall", SampleKind.Test);
        var answers = Answers(test);
        Close(4.431, 2.357, answers);
        Assert.Equal(1, answers.Min());
        Assert.InRange(answers.Max(), 10, 22);
        double[] pads = [.. Rows(test).Select(r => (double)r.X.Count(t => t == 15))];
        Close(4.93, 1.53, pads);
        Assert.Equal((2, 7), (pads.Min(), pads.Max()));
        CloseMarginal(test, 8);

        var contexts = Rows(test).Select(Context).ToArray();
        Close(23.82, 0.92, [.. contexts.Select(c => (double)c.Pairs)]);
        Assert.Equal(1.219, contexts.Average(c => c.Repeats), 4 * 1.2 * Math.Sqrt(2.0 / Samples));
        var unseen = contexts.Count(c => !c.ProbeShown) / (double)Samples;
        Assert.Equal(0.0233, unseen, 4 * Math.Sqrt(0.0233 / Samples * 2));
    }

    [Fact]
    public void Selective_copying_places_data_as_the_original()
    {
        var test = Draw("selective-copying", SampleKind.Test);
        Assert.All(Answers(test), a => Assert.Equal(16, a));
        Close(13.98, 3.64, [.. Rows(test).Select(r => (double)Array.FindIndex(r.X, t => t < 14))]);
        Assert.All(Rows(test), r => Assert.True(r.X[238] < 14 && r.X[239] == 15));
        CloseMarginal(test, 14);
    }

    [Fact]
    public void Compression_tokens_are_uniform()
    {
        var test = Draw("compression", SampleKind.Test);
        Assert.All(Answers(test), a => Assert.Equal(32, a));
        var data = test.Targets.Where(t => t < 15).ToArray();
        Assert.Equal(31 * Samples, data.Length);
        Assert.Equal(Math.Log(15), Entropy(data), 0.001);
    }

    [Fact]
    public void Memorization_keys_are_uniform()
    {
        var task = MadTasks.Get("memorization");
        var test = new TaskData(task, task.Baseline, new Seed(17), 1, Samples).Test;
        Assert.All(Answers(test), a => Assert.Equal(16, a));
        CloseMarginal(test, 127);
    }

    /// <summary>The least loss in training: what even a model that remembers everything must guess.</summary>
    [Fact]
    public void In_context_recall_training_floor_is_that_of_its_random_tokens()
    {
        // Targets that nothing before them determines: the next key (63 of 127, ln 8 each; the last one
        // uniform over the keys shown) and the first value of each key (ln 8).
        var training = Draw("in-context-recall", SampleKind.Training);
        var floor = Rows(training).Average(r =>
        {
            var keys = new HashSet<int>();
            var loss = 0.0;
            for (var i = 0; i < r.X.Length; i += 2)
            {
                loss += i == 0 ? 0 : i == r.X.Length - 1 ? Math.Log(keys.Count) : Math.Log(8);
                loss += keys.Add(r.X[i]) ? Math.Log(8) : 0;
            }

            return loss / r.X.Length;
        });
        Assert.Equal(1.1625, floor, 0.001);
    }

    private static (int Pairs, int Repeats, bool ProbeShown) Context((int[] X, int[] Y) row)
    {
        // In a test every key has three tokens below 7; a pair ends where the next key begins.
        var keys = new List<string>();
        var at = Array.FindIndex(row.X, t => t != 15);
        while (at < row.X.Length)
        {
            keys.Add(string.Join(' ', row.X[at..(at + 3)]));
            at += 3;
            while (at < row.X.Length && row.X[at] >= 7)
            {
                at++;
            }
        }

        var context = keys[..^1];
        return (context.Count, context.Count - context.Distinct().Count(), context.Contains(keys[^1]));
    }

    private static SampleSet Draw(string name, SampleKind kind)
    {
        var task = MadTasks.Get(name);
        var data = new TaskData(
            task, task.Baseline, new Seed(17), kind == SampleKind.Training ? Samples : 1, kind == SampleKind.Test ? Samples : 1);
        return kind == SampleKind.Training ? data.Training : data.Test;
    }

    private static IEnumerable<(int[] X, int[] Y)> Rows(SampleSet set) =>
        Enumerable.Range(0, set.Count).Select(i => (set.InputsOf(i).ToArray(), set.TargetsOf(i).ToArray()));

    private static double[] Answers(SampleSet set) =>
        [.. Rows(set).Select(r => (double)r.Y.Count(t => t != Ignored))];

    /// <summary>Both the measured mean and ours carry an error; the spread must agree within 5 %.</summary>
    private static void Close(double mean, double deviation, double[] values)
    {
        var ours = values.Average();
        var spread = Math.Sqrt(values.Average(v => (v - ours) * (v - ours)));
        Assert.Equal(mean, ours, 4 * deviation * Math.Sqrt(2.0 / Samples));
        Assert.True(deviation < 0.1 || Math.Abs((spread / deviation) - 1) < 0.05, $"spread {spread}, measured {deviation}");
    }

    /// <summary>The loss of predicting answers by their frequencies is ln of the number of values, all but equal.</summary>
    private static void CloseMarginal(SampleSet set, int values) =>
        Assert.Equal(Math.Log(values), Entropy([.. set.Targets.Where(t => t != Ignored)]), 0.002);

    private static double Entropy(int[] tokens) =>
        -tokens.CountBy(t => t).Sum(c => (double)c.Value / tokens.Length * Math.Log((double)c.Value / tokens.Length));
}
