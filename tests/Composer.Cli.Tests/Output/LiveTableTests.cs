using Composer.Cli.Output;
using Composer.Cli.Terminal;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Composer.Cli.Tests.Output;

/// <summary>The live table at every width that a terminal may have, and when it changes while the run is under way.</summary>
public class LiveTableTests
{
    private static readonly string[] Names =
        ["search", "pretrain/composite learning_rate=0.002, weight_decay=0.05", "lm-eval/日本語", "r", new('x', 300)];

    private static readonly string[] Words =
        ["", "64 trials, best 2M+2x(1A+1M) at 1.5031", new('w', 400), "日本語 の 単語 です", "two\nlines", "failed: [red]no markup[/]"];

    [Fact]
    public void No_line_is_wider_than_the_terminal_and_drawing_ends()
    {
        for (var width = 1; width <= 220; width++)
        {
            foreach (var lines in Tables().Select(table => Drawn(table, width)))
            {
                Assert.All(lines, line => Assert.True(Cells.Of(line) <= width, $"{width}: '{line}'"));
            }
        }
    }

    [Fact]
    public void Where_it_fits_every_name_and_word_is_shown_whole()
    {
        var table = new LiveTable("tiny · run 1", [Row("search", "64 trials, best 2M at 1.5031, and then some more words that go on"), Row("report", "")]);
        Assert.True(LiveTable.Fits(["search", "report"], 60, 24));

        var text = string.Join('\n', Drawn(table, 60));

        Assert.Contains("  search  ━━━━━━━━━━━━━━━━━━━━  64 trials, best 2M at\n", text, StringComparison.Ordinal);
        Assert.Contains("\n                                1.5031, and then some more\n", text, StringComparison.Ordinal);
        Assert.Contains("\n  report  ", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80, 24, 12, true)]
    [InlineData(55, 24, 12, false)]
    [InlineData(10, 24, 1, false)]
    [InlineData(200, 4, 12, false)]
    [InlineData(1, 1, 0, false)]
    public void Plain_lines_take_its_place_where_it_does_not_fit(int width, int height, int rows, bool fits) => Assert.Equal(
        fits, LiveTable.Fits([.. Enumerable.Range(0, rows).Select(i => $"stage-{i:000}")], width, height));

    private static IEnumerable<LiveTable> Tables()
    {
        yield return new LiveTable("", []);
        foreach (var name in Names)
        {
            yield return new LiveTable(name, [.. Words.Select(words => Row(name, words))]);
        }

        yield return new LiveTable(new string('t', 500), [.. Names.Zip(Words, Row)]);
    }

    private static LiveTable.Row Row(string name, string words) => new(name, width => new string('━', width), Style.Plain, words);

    private static string[] Drawn(LiveTable table, int width)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) });
        var segments = ((IRenderable)table).Render(RenderOptions.Create(console, console.Profile.Capabilities), width);
        return string.Concat(segments.Select(s => s.Text)).Split('\n');
    }
}
