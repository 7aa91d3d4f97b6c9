using Composer.Core;
using Composer.Mad.Evaluation;
using Composer.Mad.Samples;
using Composer.Mad.Tasks;

namespace Composer.Mad.Tests.Tasks;

public sealed class GeneratedSampleTests
{
    /// <summary>Every knob of every task, at MAD's own difficulties, small ones and odd ones.</summary>
    public static TheoryData<string, MadTaskSettings> Settings
    {
        get
        {
            var data = new TheoryData<string, MadTaskSettings>();
            foreach (var task in MadTasks.All)
            {
                data.Add(task.Name, task.Baseline);
                data.Add(task.Name, task.Default);
                foreach (var vocabulary in new[] { 32, 33, 64, 128 })
                {
                    data.Add(task.Name, task.Default with { Vocabulary = vocabulary });
                }

                foreach (var length in new[] { 64, 512, 1024 })
                {
                    data.Add(task.Name, task.Default with { Length = length });
                }

                if (task.Knobs.HasFlag(MadKnob.MultiQuery))
                {
                    data.Add(task.Name, task.Default with { MultiQuery = false });
                }
            }

            data.Add("in-context-recall", new(2, 4));
            data.Add("in-context-recall", new(5, 6) { MultiQuery = false });
            foreach (var fraction in new[] { 0, 0.4, 0.6, 0.8, 1 })
            {
                data.Add("noisy-in-context-recall", new(48, 128) { NoiseVocabulary = 16, NoiseFraction = fraction });
            }

            data.Add("noisy-in-context-recall", new(9, 8) { NoiseVocabulary = 4, NoiseFraction = 0.7 });
            data.Add("noisy-in-context-recall", new(9, 8) { NoiseVocabulary = 4, NoiseFraction = 1, MultiQuery = false });
            data.Add("fuzzy-in-context-recall", new(8, 16) { Motif = 1 });
            data.Add("fuzzy-in-context-recall", new(9, 33) { Motif = 2 });
            data.Add("fuzzy-in-context-recall", new(10, 33) { Motif = 4, MultiQuery = false });
            data.Add("fuzzy-in-context-recall", new(3, 5) { Motif = 1 });
            foreach (var copy in new[] { 1, 32, 64, 96 })
            {
                data.Add("selective-copying", new(16, 256) { Copy = copy });
            }

            data.Add("selective-copying", new(4, 3) { Copy = 1 });
            data.Add("compression", new(3, 2));
            data.Add("memorization", new(8192, 32));
            data.Add("memorization", new(5, 2));
            foreach (var (pairs, length) in new[] { (1, 4), (1, 64), (4, 16), (16, 64), (31, 124), (31, 1024) })
            {
                data.Add("mqar", new(64, length) { Pairs = pairs });
            }

            data.Add("mqar", new(5, 4) { Pairs = 1 });
            data.Add("mqar", new(4, 4) { Pairs = 1 });
            data.Add("mqar", new(64, 62) { Pairs = 16 });
            data.Add("needle", new(6, 5));
            data.Add("needle", new(7, 6));
            data.Add("needle", new(32, 4096));
            foreach (var hops in new[] { 1, 2, 3, 4 })
            {
                var pairs = (2 * hops) + 1;
                data.Add("k-hop", new(pairs + 2, 4 * pairs) { Pairs = pairs, Hops = hops });
                data.Add("k-hop", new(33, (2 * pairs) + 2) { Pairs = pairs, Hops = hops, MultiQuery = false });
                data.Add("k-hop", new(33, 256) { Pairs = pairs, Hops = hops });
                data.Add("k-hop", new(33, 256) { Pairs = pairs - 1, Hops = hops });
            }

            foreach (var (group, order) in new[] { (StateGroup.Parity, 2), (StateGroup.S3, 6), (StateGroup.S5, 120) })
            {
                data.Add("state-tracking", new(order, 1) { Group = group });
                data.Add("state-tracking", new(order, 67) { Group = group });
                data.Add("state-tracking", new(order - 1, 67) { Group = group });
            }

            data.Add("sort", new(3, 4));
            data.Add("sort", new(33, 64));
            data.Add("sort", new(32, 64));
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void Sample_obeys_the_rules(string name, MadTaskSettings settings)
    {
        var task = MadTasks.Get(name);
        if (task.Validate(settings) is { Count: > 0 } mistakes)
        {
            // A vocabulary of 33 is no setting of every task; a mistake must say why.
            Assert.All(mistakes, Assert.NotEmpty);
            Assert.Throws<ArgumentException>(() => task.CreateGenerator(settings, new Seed(1)));
            return;
        }

        var generator = task.CreateGenerator(settings, new Seed(1));
        var rng = new Rng(new Seed(2));
        var length = task.InputLength(settings);
        Assert.Equal(length, generator.Length);
        var (x, y) = (new int[length], new int[length]);
        for (var i = 0; i < 200; i++)
        {
            var kind = i % 2 == 0 ? SampleKind.Test : SampleKind.Training;
            generator.Draw(rng, kind, x, y);
            TaskRules.Check(name, settings, kind, x, y);
        }
    }

    [Fact]
    public void Memorization_asks_for_the_same_map_in_training_and_test()
    {
        var task = MadTasks.Get("memorization");
        var data = new TaskData(task, task.Default, new Seed(3), 100, 100);
        int[] x = [.. data.Training.Inputs, .. data.Test.Inputs];
        int[] y = [.. data.Training.Targets, .. data.Test.Targets];
        var all = new SampleSet(1, x.Length, x, y);
        TaskRules.Check(task.Name, task.Default with { Length = x.Length }, SampleKind.Test, all.InputsOf(0), all.TargetsOf(0));
    }

    [Fact]
    public void Memorization_map_depends_on_the_seed()
    {
        var task = MadTasks.Get("memorization");
        Assert.NotEqual(Map(new Seed(1)), Map(new Seed(2)));
        Assert.Equal(Map(new Seed(1)), Map(new Seed(1)));

        string Map(Seed seed)
        {
            var set = new TaskData(task, task.Default, seed, 200, 1).Training;
            return string.Join(' ', Enumerable.Range(0, set.Inputs.Length / 2)
                .Select(i => $"{set.Inputs[2 * i]}:{set.Targets[(2 * i) + 1]}").Distinct().Order(StringComparer.Ordinal));
        }
    }
}
