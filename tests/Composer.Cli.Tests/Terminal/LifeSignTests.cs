using Composer.Cli.Terminal;
using Microsoft.Extensions.Time.Testing;

namespace Composer.Cli.Tests.Terminal;

public class LifeSignTests
{
    [Fact]
    public void A_command_that_prints_nothing_says_every_so_often_that_it_is_at_work()
    {
        var time = new FakeTimeProvider();
        var error = new StringWriter();
        var streams = new ForgivingWriter(error, time);
        using (new LifeSign("composer store verify", () => streams.Silence, streams, time))
        {
            for (var second = 0; second < 360; second++)
            {
                time.Advance(TimeSpan.FromSeconds(1));
            }
        }

        time.Advance(TimeSpan.FromMinutes(6));

        var lines = error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(8, lines.Length);
        Assert.Equal("composer store verify: at work for 45.0 s", lines[0].Trim());
    }

    [Fact]
    public void A_command_that_prints_says_nothing_more()
    {
        var time = new FakeTimeProvider();
        var error = new StringWriter();
        var streams = new ForgivingWriter(TextWriter.Null, time);
        using var sign = new LifeSign("composer plan", () => streams.Silence, error, time);
        for (var i = 0; i < 60; i++)
        {
            time.Advance(TimeSpan.FromSeconds(20));
            streams.WriteLine("a line");
        }

        Assert.Empty(error.ToString());
    }
}
