using Composer.Architecture;
using Composer.Bench.Signal;
using Composer.Core;
using Composer.Mad.Evaluation;
using Composer.Mad.Scoring;
using Composer.Mad.Tasks;
using Composer.Mad.Tests.Evaluation;

namespace Composer.Bench.Tests.Signal;

public sealed class SignalStudyTests
{
    private static readonly EvaluationProtocol Protocol = new(
        new ModelShape(8, 2, 2, 8),
        [new TaskVariants(
            MadTasks.Get("compression"),
            new MadTaskSettings(6, 8),
            [new EvaluationSettings { Samples = 4, TestSamples = 4, Epochs = 1, Batch = 4 }])],
        1,
        new ScoringRule(ScoreObjective.Loss, ScoreEpoch.Last));

    [Fact]
    public void Strength_separates_orders_from_seeds()
    {
        // Order effects 0 2 4, seed effects 0 10, and ±0.3 of disagreement.
        var strength = SignalStrength.Of("all", [[0.3, 2, 4 - 0.3], [9.7, 12, 14.3]]);
        Assert.Equal((1.0, 1.0), (strength.Spearman, strength.Kendall));
        Assert.Equal(2, strength.BetweenOrders, 12);
        Assert.Equal(Math.Sqrt(4 * 0.09 / 2), strength.BetweenSeeds, 12);
    }

    [Fact]
    public void Drawn_orders_differ_and_follow_the_seed()
    {
        var orders = SignalStudy.DrawOrders(['A', 'M'], 6, 20, new Seed(1));
        Assert.Equal(20, orders.Distinct().Count());
        Assert.Equal(orders, SignalStudy.DrawOrders(['A', 'M'], 6, 20, new Seed(1)));
        Assert.NotEqual(orders, SignalStudy.DrawOrders(['A', 'M'], 6, 20, new Seed(2)));
        Assert.Equal(8, SignalStudy.DrawOrders(['A', 'M'], 3, 20, new Seed(1)).Count);
    }

    [Fact]
    public void Every_order_is_trained_under_every_seed()
    {
        var engine = new ScriptedEngine();
        var orders = SignalStudy.DrawOrders(['A', 'M'], 4, 5, new Seed(1));
        var report = new SignalStudy(Protocol, orders, [new Seed(1), new Seed(2)]).Run(engine, 1, TimeProvider.System);
        Assert.Equal(orders.Concat(orders), engine.Configurations.Select(c => c.Layers));
        Assert.Equal(2, engine.Seeds.Distinct().Count());
        Assert.Equal(0, report.Overall.Spearman);
        Assert.Empty(report.Failed);
    }

    [Fact]
    public void Orders_that_fail_are_left_out_and_named()
    {
        // The third training of each seed diverges: the counter runs over the whole study.
        var trainings = 0;
        var engine = new ScriptedEngine { TrainingLoss = _ => ++trainings % 4 == 3 ? double.NaN : 1 };
        var orders = SignalStudy.DrawOrders(['A', 'M'], 4, 4, new Seed(1));
        var report = new SignalStudy(Protocol, orders, [new Seed(1), new Seed(2)]).Run(engine, 1, TimeProvider.System);
        Assert.Equal([orders[0], orders[1], orders[3]], report.Orders);
        Assert.Equal("compression: The loss of update 1 in epoch 1 is not finite.", report.Failed[orders[2]]);
    }

    [Fact]
    public void Study_needs_two_orders_and_two_seeds() => Assert.Throws<InvalidOperationException>(
        () => new SignalStudy(Protocol, [LayerSequence.FromSymbols("A")], [new Seed(1), new Seed(2)])
            .Run(new ScriptedEngine(), 1, TimeProvider.System));
}
