using Composer.Cli.Output;
using Composer.Core;
using Composer.Pipeline.Graph;
using Composer.Pipeline.Progress;
using Microsoft.Extensions.Time.Testing;

namespace Composer.Cli.Tests.Output;

/// <summary>What a log shows of a run: every change at once, and a sign of life where nothing changes.</summary>
public sealed class PlainRunDisplayTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly StringWriter output = new() { NewLine = "\n" };
    private readonly PlainRunDisplay display;

    public PlainRunDisplayTests() => display = new PlainRunDisplay(output, time);

    public void Dispose() => display.Dispose();

    [Fact]
    public void A_stage_that_says_nothing_is_told_of_every_half_minute()
    {
        Begin("search");
        Wait(TimeSpan.FromMinutes(17));

        var lines = Lines();
        Assert.Equal(1 + 34, lines.Length);
        Assert.Equal("  search: 30.0 s so far", lines[1]);
        Assert.Contains("  search: 17 min", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_is_shown_no_oftener_than_every_half_minute_and_changes_at_once()
    {
        Begin("search");
        for (var second = 1; second <= 60; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            display.On(new StageProgressed(time.GetUtcNow(), "search", new StageProgress(second / 60.0, $"{second} of 60")));
        }

        display.On(new StageFinished(time.GetUtcNow(), "search", "search", StageStatus.Ran, null, 60, "60 trials"));

        Assert.Equal(
            [
                "  search: runs (never ran)",
                "  search: 29 of 60, 30.0 s so far",
                "  search: 59 of 60, 1 min 0 s so far",
                "  search: ran in 1 min 0 s   60 trials",
            ],
            Lines());
    }

    [Fact]
    public void Of_many_stages_that_say_nothing_a_few_are_named_and_the_rest_counted()
    {
        foreach (var i in Enumerable.Range(0, 9))
        {
            Begin($"pretrain/{i}");
        }

        Wait(TimeSpan.FromSeconds(35));

        Assert.Equal(
            ["  pretrain/0: 30.0 s so far", "  pretrain/1: 30.0 s so far", "  pretrain/2: 30.0 s so far", "  and 6 more are under way"], Lines()[9..]);
    }

    [Fact]
    public void Nothing_is_told_before_a_stage_begins_or_after_all_have_ended()
    {
        Wait(TimeSpan.FromMinutes(5));
        Begin("search");
        display.On(new StageFinished(time.GetUtcNow(), "search", "search", StageStatus.Failed, null, 1, "no"));
        Wait(TimeSpan.FromMinutes(5));

        Assert.Equal(2, Lines().Length);
    }

    private void Begin(string stage) =>
        display.On(new StageStarted(time.GetUtcNow(), stage, "search", Digest.Of(stage), ["never ran"]));

    /// <summary>A second after the other, as clocks go: a timer sees each.</summary>
    private void Wait(TimeSpan span)
    {
        for (var second = 0; second < span.TotalSeconds; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private string[] Lines() => output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
