using Composer.Architecture;
using Composer.Core;
using Composer.Language.Pretraining;
using Composer.Training.Cpu;
using Composer.Training.Models;
using Microsoft.Extensions.Time.Testing;

namespace Composer.Language.Tests.Pretraining;

public sealed class TrainingStepBenchmarkTests
{
    private readonly List<string> made = [];

    [Fact]
    public void Models_train_in_turns_one_step_that_counts_and_one_that_does_not_a_round()
    {
        var clock = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };

        var rounds = TrainingStepBenchmark.Compare([Maker("AM"), Maker("MM")], 2, 4, new Seed(1), clock);

        var turns = TrainingStepBenchmark.WarmUps + TrainingStepBenchmark.Most;
        Assert.Equal(Enumerable.Repeat<string[]>(["AM", "MM"], turns).SelectMany(t => t), made);
        Assert.Equal(2, rounds.Count);

        // Two readings of the clock bracket a step.
        Assert.All(rounds, r => Assert.Equal(Enumerable.Repeat(TimeSpan.FromSeconds(1), TrainingStepBenchmark.Most), r));
    }

    [Fact]
    public void Steps_that_take_long_are_timed_in_the_fewest_rounds()
    {
        var clock = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(40) };

        var rounds = TrainingStepBenchmark.Compare([Maker("AM")], 1, 4, new Seed(1), clock);

        Assert.Equal(TrainingStepBenchmark.Fewest, Assert.Single(rounds).Count);
    }

    [Fact]
    public void It_stops_where_it_is_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        Func<ITrainableModel> stops = () =>
        {
            cancellation.Cancel();
            return Maker("A")();
        };
        Assert.Throws<OperationCanceledException>(
            () => TrainingStepBenchmark.Compare([stops], 1, 4, new Seed(1), TimeProvider.System, cancellation.Token));
        Assert.Equal(["A"], made);
    }

    private Func<ITrainableModel> Maker(string order) => () =>
    {
        made.Add(order);
        return new CpuEngine().Create(
            new ModelConfiguration(LayerSequence.FromSymbols(order), new ModelShape(8, 2, 2, 8), 20, 4), new Seed(1), 1);
    };
}
