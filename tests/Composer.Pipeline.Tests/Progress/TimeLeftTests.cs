using Composer.Pipeline.Progress;

namespace Composer.Pipeline.Tests.Progress;

public sealed class TimeLeftTests
{
    private readonly TimeLeft left = new();
    private DateTimeOffset now = DateTimeOffset.UnixEpoch;

    [Fact]
    public void Waiting_is_no_work()
    {
        Say(0, null); // waits for a core
        Say(3600, null);
        Assert.Null(left.At(now));
        Say(3600, 0);
        Say(10, .1);
        Assert.Equal(90, left.At(now)!.Value, 1e-6);
    }

    [Fact]
    public void What_was_there_when_it_was_taken_up_took_no_time_now()
    {
        Say(0, .9);
        Say(50, .95);
        Assert.Equal(50, left.At(now)!.Value, 1e-6);
    }

    [Fact]
    public void It_runs_down_between_two_reports_and_never_below_nothing()
    {
        Say(0, 0);
        Say(10, .5);
        now += TimeSpan.FromSeconds(4);
        Assert.Equal(6, left.At(now)!.Value, 1e-6);
        now += TimeSpan.FromSeconds(40);
        Assert.Equal(0, left.At(now)!.Value, 1e-6);
    }

    [Fact]
    public void Another_try_begins_anew()
    {
        Say(0, 0);
        Say(100, .5);
        Say(5, .1);
        Assert.Null(left.At(now));
        Say(5, .1);
        Say(10, .2);
        Assert.Equal(120, left.At(now)!.Value, 1e-6);
    }

    [Theory]
    [InlineData(2, .5)] // too short to tell
    [InlineData(100, .01)] // too little to tell
    [InlineData(100, 1)] // it is done
    public void Nothing_is_said_before_there_is_something_to_say(double seconds, double fraction)
    {
        Say(0, 0);
        Say(seconds, fraction);
        Assert.Null(left.At(now));
    }

    private void Say(double secondsLater, double? fraction)
    {
        now += TimeSpan.FromSeconds(secondsLater);
        left.Add(now, new StageProgress(fraction, ""));
    }
}
