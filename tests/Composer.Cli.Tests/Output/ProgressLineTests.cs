using Composer.Cli.Output;
using Microsoft.Extensions.Time.Testing;

namespace Composer.Cli.Tests.Output;

/// <summary>One thing's progress: a bar that is drawn over on a terminal, few plain lines elsewhere.</summary>
public sealed class ProgressLineTests
{
    private readonly FakeTimeProvider time = new();
    private readonly StringWriter output = new() { NewLine = "\n" };

    [Fact]
    public void Elsewhere_it_is_a_line_every_half_minute()
    {
        using var line = new ProgressLine(output, null, time);
        for (var second = 1; second <= 90; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            line.Report(second / 100.0, $"{second} of 100");
        }

        line.Say("done");
        Assert.Equal(
            "   30 %, 30 of 100, 30.0 s so far\n   60 %, 60 of 100, 1 min 0 s so far\n   90 %, 90 of 100, 1 min 30 s so far\ndone\n",
            output.ToString());
    }

    [Fact]
    public void On_a_terminal_a_bar_is_drawn_over_cut_to_its_width_and_erased()
    {
        const string clear = "\r\u001b[2K";
        using (var line = new ProgressLine(output, () => 60, time))
        {
            line.Report(0.1, "too soon");
            time.Advance(TimeSpan.FromSeconds(10));
            line.Report(0.25, "document 1 of 4");
            time.Advance(TimeSpan.FromSeconds(1));
            line.Report(0.5, new string('x', 100));
            line.Say("a note");
        }

        var parts = output.ToString().Split(clear);
        Assert.Equal(["", "━━━━━───────────────  document 1 of 4 · 30.0 s left"], parts[..2]);
        Assert.Equal(59, parts[2].Length);
        Assert.EndsWith("…", parts[2], StringComparison.Ordinal);
        Assert.Equal("a note\n", parts[3]);
        Assert.Equal(4, parts.Length);
    }
}
