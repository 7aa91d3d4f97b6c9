using Composer.Cli.Terminal;

namespace Composer.Cli.Tests.Terminal;

/// <summary>What people read on a terminal, at every width.</summary>
public class FoldingWriterTests
{
    private const string Row = "  pretrain/composite    stories, 5.5e+12 FLOPs              hit   9b55be   1.08 M parameters, validation loss 1.3967   41 min ago";

    [Fact]
    public void No_line_of_words_is_wider_than_the_terminal()
    {
        for (var width = 1; width <= 220; width++)
        {
            var lines = Written(width, writer => writer.WriteLine(Row)).Split('\n');

            Assert.Equal(Row.Replace(" ", "", StringComparison.Ordinal), string.Concat(lines).Replace(" ", "", StringComparison.Ordinal));
            Assert.All(lines, line => Assert.True(
                Cells.Of(line) <= width || !line.Trim(' ').Contains(' ', StringComparison.Ordinal), $"{width}: '{line}'"));
        }
    }

    [Fact]
    public void What_follows_is_set_in_and_a_path_stays_whole() => Assert.Equal(
        "  one two three\n      /a/path/that/is/longer/than/the/line\n      four\n",
        Written(24, writer => writer.WriteLine("  one two three /a/path/that/is/longer/than/the/line four")));

    [Fact]
    public void What_is_drawn_with_escapes_or_begun_by_a_write_is_left_alone()
    {
        var drawn = $"\u001b[1m{Row}\u001b[0m";

        Assert.Equal(drawn + "\n", Written(20, writer => writer.WriteLine(drawn)));
        Assert.Equal($"a{Row}\n", Written(20, writer =>
        {
            writer.Write('a');
            writer.WriteLine(Row);
        }));
    }

    [Fact]
    public void Every_line_of_a_text_is_folded_by_itself() => Assert.Equal(
        "aaaa\n bbb\ncccc\n", Written(6, writer => writer.WriteLine("aaaa bbb\ncccc")));

    private static string Written(int width, Action<TextWriter> write)
    {
        var text = new StringWriter { NewLine = "\n" };
        write(new FoldingWriter(text, () => width) { NewLine = "\n" });
        return text.ToString().ReplaceLineEndings("\n");
    }
}
