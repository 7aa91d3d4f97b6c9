using Composer.Core;
using Composer.Mad.Evaluation;
using Composer.Mad.Samples;
using Composer.Mad.Tasks;

namespace Composer.Mad.Tests.Evaluation;

public sealed class TaskDataTests
{
    public static TheoryData<string> Names => [.. MadTasks.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Same_seed_draws_the_same_samples(string name)
    {
        var (a, b, other) = (Data(name, 5), Data(name, 5), Data(name, 6));
        Assert.Equal(a.Training.Inputs, b.Training.Inputs);
        Assert.Equal(a.Training.Targets, b.Training.Targets);
        Assert.Equal(a.Test.Inputs, b.Test.Inputs);
        Assert.Equal(a.FreshTraining(3).Inputs, b.FreshTraining(3).Inputs);
        Assert.NotEqual(a.Training.Inputs, other.Training.Inputs);
        Assert.NotEqual(a.Test.Inputs, other.Test.Inputs);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Fresh_epochs_differ_and_the_first_is_the_training_set(string name)
    {
        var data = Data(name, 5);
        Assert.Same(data.Training, data.FreshTraining(0));
        Assert.NotEqual(data.Training.Inputs, data.FreshTraining(1).Inputs);
        Assert.NotEqual(data.FreshTraining(1).Inputs, data.FreshTraining(2).Inputs);
    }

    [Fact]
    public void No_sample_is_in_both_sets_even_where_few_exist()
    {
        // Five data tokens of two kinds: 32 different samples.
        var task = MadTasks.Get("compression");
        var data = new TaskData(task, new MadTaskSettings(3, 6), new Seed(1), 10, 16);
        var test = Rows(data.Test).ToHashSet();
        Assert.DoesNotContain(Rows(data.Training), test.Contains);
        for (var epoch = 1; epoch < 20; epoch++)
        {
            Assert.DoesNotContain(Rows(data.FreshTraining(epoch)), test.Contains);
        }
    }

    [Fact]
    public void Sizes_beyond_the_different_samples_are_explained()
    {
        var task = MadTasks.Get("compression");
        Assert.Contains(
            "too few different samples",
            Assert.Single(TaskData.Validate(task, new MadTaskSettings(3, 6), 20, 20)),
            StringComparison.Ordinal);
        Assert.Empty(TaskData.Validate(task, new MadTaskSettings(3, 6), 8, 8));
        Assert.All(MadTasks.All, t => Assert.Empty(TaskData.Validate(t, t.Default, 12_800, 1280)));
    }

    private static IEnumerable<string> Rows(SampleSet set) =>
        Enumerable.Range(0, set.Count).Select(i => string.Join(' ', set.InputsOf(i).ToArray()));

    private static TaskData Data(string name, ulong seed)
    {
        var task = MadTasks.Get(name);
        return new TaskData(task, task.Default, new Seed(seed), 50, 20);
    }
}
