using Composer.Bench.Ranks;
using Composer.Core.Ranks;

namespace Composer.Bench.Tests.Ranks;

public sealed class RankWayTests
{
    [Fact]
    public void Shares_are_those_of_the_median_round_and_the_formula_counts_what_a_rank_sends()
    {
        RankRound[] rounds = [new(1, .3, .02, 500, 1e6), new(2, .2, .1, 500, 2e6), new(4, .4, .4, 500, 4e6)];
        var way = RankWay.Of(2, 1, 100_000, rounds);
        Assert.Equal((2, .1, .05), (way.StepSeconds, way.Waiting, way.Transfer));

        // 2 · ½ · 4 bytes · 100,000 at 2 MB/s, of a step of 2 s.
        Assert.Equal(.1, way.Formula, 1e-9);
        Assert.Equal(0, RankWay.Of(1, 2, 100_000, rounds).Formula);
    }

    [Fact]
    public void One_process_measures_its_steps_and_no_messages()
    {
        var round = RankBenchmark.Run(RankSize.All[0] with { Sequences = 2, Length = 8 }, 1, SingleRank.Instance, TimeSpan.Zero);
        Assert.True(round.StepSeconds > 0, $"A step took {round.StepSeconds} s.");
        Assert.Equal((0, 0, 0), (round.WaitingSeconds, round.TransferSeconds, round.Bytes));
    }
}
