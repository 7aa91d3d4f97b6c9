using Composer.Architecture;
using Composer.Architecture.Aggregation;
using Composer.Core;
using Composer.Search.Strategies;

namespace Composer.Search.Tests.Strategies;

public class IncrementalSearchTests
{
    private static readonly AggregationSettings Best = new(AggregationMethod.BestCandidate, Condition: 0, Clusters: 5);

    [Fact]
    public void Layers_are_added_at_the_end_and_what_was_settled_stays()
    {
        var strategy = new IncrementalSearch(InsertionPoint.End, 2, 4, Best);
        var study = strategy.Run(new Study(new SearchSpace(6, "AM"), new Seed(1)), 3, Distance("MAAMMA"));
        Assert.Equal(
            [
                "AA", "AM", "MA", "MM",
                "MAAA", "MAAM", "MAMA", "MAMM",
                "MAAMAA", "MAAMAM", "MAAMMA", "MAAMMM",
            ],
            study.Orders());
        Assert.Equal(study.Trials.Skip(8), strategy.Result(study));
        Assert.Equal("MAAMMA", strategy.Result(study).MinBy(trial => trial.Score)!.Sequence.ToString());
    }

    [Fact]
    public void Layers_are_put_into_the_middle_the_longer_half_before_them()
    {
        // Settled on A, then A|·, then AM → A|·|M, …: odd lengths split after the greater half.
        var strategy = new IncrementalSearch(InsertionPoint.Middle, 1, 2, Best);
        var study = strategy.Run(new Study(new SearchSpace(4, "AM"), new Seed(1)), 2, Distance("AMMA"));
        Assert.Equal(["A", "M", "AA", "AM", "AAM", "AMM", "AMAM", "AMMM"], study.Orders());
    }

    [Fact]
    public void Progress_names_the_phase_and_what_is_settled()
    {
        var strategy = new IncrementalSearch(InsertionPoint.End, 2, 4, Best);
        var study = new Study(new SearchSpace(6, "AM"), new Seed(1));
        Assert.Equal(new SearchProgress(1, 3, 0, 4, 0, 12, null, false), strategy.Progress(study));

        study = strategy.Run(study, 4, Distance("MAAMMA"), batches: 1);
        Assert.Equal(
            new SearchProgress(2, 3, 0, 4, 4, 12, LayerSequence.FromSymbols("MA"), false), strategy.Progress(study));
        Assert.Empty(strategy.Result(study));

        study = strategy.Run(study, 4, Distance("MAAMMA"));
        var end = strategy.Progress(study);
        Assert.Equal((3, 4, 12, true), (end.Phase, end.PhaseFinished, end.Finished, end.IsDone));
    }

    [Fact]
    public void What_is_settled_is_what_the_aggregation_votes_for()
    {
        // MA is best alone, but of the better cluster {MA, AM, AA} most begin with A and end with A.
        Dictionary<string, double> scores = new() { ["MA"] = 1, ["AM"] = 1.2, ["AA"] = 1.1, ["MM"] = 9 };
        var votes = new AggregationSettings(AggregationMethod.ConditionOnSome, Condition: 0, Clusters: 2);
        var strategy = new IncrementalSearch(InsertionPoint.End, 2, 4, votes);
        var study = new Study(new SearchSpace(4, "AM"), new Seed(1));
        study = strategy.Run(study, 4, order => scores[order.ToString()], batches: 1);
        Assert.Equal("AA", strategy.Progress(study).Fixed!.ToString());
    }

    [Fact]
    public void Phase_does_not_begin_before_the_last_trial_of_the_one_before_ends()
    {
        var strategy = new IncrementalSearch(InsertionPoint.End, 2, 4, Best);
        var study = new Study(new SearchSpace(4, "AM"), new Seed(1));
        study = study.Propose(strategy.Suggest(study, 10));
        Assert.Equal(4, study.Trials.Count);
        study = study.Complete(0, 1).Complete(1, 2).Complete(2, 3);
        Assert.Empty(strategy.Suggest(study, 10));
        Assert.Equal(1, strategy.Progress(study).Phase);
        Assert.Equal(["AAAA", "AAAM"], strategy.Suggest(study.Complete(3, 4), 2).Select(order => order.ToString()));
    }

    [Theory]
    [InlineData(InsertionPoint.End)]
    [InlineData(InsertionPoint.Middle)]
    public void Large_steps_are_searched_by_the_surrogate_and_resume_exactly(InsertionPoint point)
    {
        var strategy = new IncrementalSearch(point, 5, 14, Best, initialTrials: 6);
        var start = new Study(new SearchSpace(10, "AM"), new Seed(1));
        var target = Distance("AMAMAMMAMM");
        var undisturbed = strategy.Run(start, 4, target);
        Assert.Equal(28, undisturbed.Trials.Count);
        Assert.Equal(14, strategy.Result(undisturbed).Count);

        var stopped = strategy.Run(start, 4, target, new Rng(new Seed(2)), batches: 6);
        var restored = new Study(start.Space, start.Seed, stopped.Trials);
        Assert.Equal(undisturbed.Trials, strategy.Run(restored, 4, target).Trials);
    }

    [Fact]
    public void Step_that_does_not_divide_the_layers_needs_leave()
    {
        var study = new Study(new SearchSpace(5, "AM"), new Seed(1));
        Assert.Throws<ArgumentException>(() => new IncrementalSearch(InsertionPoint.End, 2, 4, Best).Suggest(study, 1));

        var strategy = new IncrementalSearch(InsertionPoint.End, 2, 4, Best, allowShorterLastStep: true);
        Assert.Equal(10, strategy.Run(study, 4, Distance("AAAAA")).Trials.Count);
    }

    [Fact]
    public void Phase_of_failures_only_ends_the_search_without_a_result()
    {
        var strategy = new IncrementalSearch(InsertionPoint.End, 1, 2, Best);
        var study = new Study(new SearchSpace(3, "AM"), new Seed(1));
        study = strategy.Run(study, 2, _ => double.NaN);
        Assert.All(study.Trials, trial => Assert.Equal(TrialStatus.Failed, trial.Status));
        Assert.Equal(2, study.Trials.Count);
        Assert.Empty(strategy.Result(study));
        Assert.Empty(strategy.Suggest(study, 2));
        Assert.True(strategy.Progress(study).IsDone);
    }

    /// <summary>Counts the layers that differ from the target; layers that are not there yet do not count.</summary>
    private static Func<LayerSequence, double> Distance(string target) =>
        order => order.Select((symbol, i) => symbol == target[i] ? 0.0 : 1).Sum();
}
