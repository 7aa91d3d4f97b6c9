using Composer.Cli.Terminal;

namespace Composer.Cli.Tests.Terminal;

/// <summary>Whatever the text and the width: no line is wider, nothing is lost but spaces, and every call ends.</summary>
public class CellsTests
{
    private static readonly string[] Pieces =
        ["a", "stage", " ", "   ", "pretrain/composite", "…", "日本語", "é", "e\u0301", "👩‍👩‍👧", "\t", "\n", "·", "x/y\\z", "[bold]", "0.1234"];

    [Fact]
    public void Cropped_text_fits_and_is_the_beginning()
    {
        foreach (var (text, width) in Samples())
        {
            var cropped = Cells.Crop(text, width);

            Assert.True(Cells.Of(cropped) <= Math.Max(0, width), $"'{text}' in {width}: '{cropped}'");
            Assert.True(
                Cells.Of(Cells.Crop(text, int.MaxValue)) <= width || cropped.Length == 0 || cropped.EndsWith('…'), $"'{text}' in {width}: '{cropped}'");
        }
    }

    [Fact]
    public void Wrapped_text_has_every_character_but_spaces_and_no_line_that_is_wider_unless_a_word_is()
    {
        foreach (var (text, width) in Samples())
        {
            foreach (var breakWords in (bool[])[true, false])
            {
                var lines = Cells.Wrap(text, width, width, breakWords);

                Assert.Equal(Letters(text), Letters(string.Concat(lines)));
                Assert.All(lines, line => Assert.True(
                    Cells.Of(line) <= Math.Max(2, width) || (!breakWords && !line.Trim(' ').Contains(' ', StringComparison.Ordinal)),
                    $"'{text}' in {width}: '{line}'"));
            }
        }
    }

    [Theory]
    [InlineData("one two three", 8, "one two|three")]
    [InlineData("one two three", 3, "one|two|three")]
    [InlineData("/a/long/path here", 6, "/a/long/path|here")]
    [InlineData("", 5, "")]
    public void Lines_break_at_spaces(string text, int width, string expected) =>
        Assert.Equal(expected.Split('|'), Cells.Wrap(text, width, width, breakWords: false));

    private static string Letters(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c) && !char.IsControl(c)));

    private static IEnumerable<(string Text, int Width)> Samples()
    {
        var random = new Random(TestSeed.Of(12));
        for (var i = 0; i < 2000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            yield return (text, random.Next(-1, 40));
        }
    }
}
