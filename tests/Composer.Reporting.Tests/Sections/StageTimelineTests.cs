using Composer.Core;
using Composer.Reporting.Plots;
using Composer.Reporting.Sections;
using Composer.Stages.Report;

namespace Composer.Reporting.Tests.Sections;

public sealed class StageTimelineTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_stage_waits_from_when_its_inputs_were_there_until_it_begins()
    {
        var rows = StageTimeline.Of([Stage("b", 40, 20, "a"), Stage("a", 10, 10), Stage("c", 22, 4, "a")]);
        Assert.Equal(["a", "c", "b"], rows.Select(r => r.Name));
        Assert.Equal([(0.0, 0.0, 10.0), (10, 18, 22), (10, 20, 40)], rows.Select(r => (At(r.Queued), At(r.Start), At(r.End))));
        Assert.All(rows, r => Assert.Equal(TimelineState.Ran, r.State));
    }

    [Fact]
    public void What_was_computed_before_the_last_rest_was_a_hit()
    {
        var rows = StageTimeline.Of([Stage("old", -86400, 30), Stage("b", 30, 10, "old"), Stage("c", 50, 20, "b")]);
        Assert.Equal([TimelineState.Hit, TimelineState.Ran, TimelineState.Ran], rows.Select(r => r.State));
        Assert.Equal("hit, of 2026-03-03 12:00", rows[0].Words);
        Assert.Equal(20, At(rows[1].Queued));
    }

    [Fact]
    public void A_pause_shorter_than_five_minutes_is_one_run() =>
        Assert.All(StageTimeline.Of([Stage("a", 0, 5), Stage("b", 299, 1)]), r => Assert.Equal(TimelineState.Ran, r.State));

    [Theory]
    [InlineData(.004)]
    [InlineData(3)]
    [InlineData(90)]
    [InlineData(7000)]
    [InlineData(1e6)]
    public void Ticks_are_few_and_inside(double seconds)
    {
        var ticks = TimelinePlot.TimeTicks(seconds);
        Assert.InRange(ticks.Count, 2, 6);
        Assert.All(ticks, t => Assert.InRange(t, 0, seconds));
    }

    private static double At(DateTimeOffset time) => (time - Noon).TotalSeconds;

    private static ReportProvenance Stage(string name, double end, double seconds, params string[] after) => new(
        name, name, Digest.Of(name), Digest.Of(name), Noon.AddSeconds(end), seconds, "machine", [])
    {
        After = after,
    };
}
