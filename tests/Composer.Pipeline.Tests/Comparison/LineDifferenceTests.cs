using Composer.Core;
using Composer.Pipeline.Comparison;

namespace Composer.Pipeline.Tests.Comparison;

public sealed class LineDifferenceTests
{
    [Fact]
    public void Equal_texts_have_none() => Assert.Empty(LineDifference.Between("a\nb\n", "a\r\nb\r\n"));

    [Fact]
    public void Changed_line_is_out_and_in() => Assert.Equal(
        [new('-', 2, "epochs = 5"), new LineDifference('+', 2, "epochs = 6")],
        LineDifference.Between("seed = 1\nepochs = 5\nbatch = 8", "seed = 1\nepochs = 6\nbatch = 8"));

    [Fact]
    public void Added_and_removed_lines_have_the_numbers_of_their_texts() => Assert.Equal(
        [new('-', 1, "a"), new LineDifference('+', 3, "d")],
        LineDifference.Between("a\nb\nc\ne", "b\nc\nd\ne"));

    [Fact]
    public void What_stays_is_the_same_lines_in_both()
    {
        const ulong seed = 5;
        var random = new Rng(new Seed(seed));
        for (var round = 0; round < 100; round++)
        {
            var (old, now) = (Text(), Text());
            var differences = LineDifference.Between(string.Join('\n', old), string.Join('\n', now));
            Assert.Equal(Left(old, '-'), Left(now, '+'));

            IEnumerable<string> Left(string[] lines, char mark)
            {
                var gone = differences.Where(d => d.Mark == mark).ToDictionary(d => d.Line, d => d.Text);
                Assert.All(gone, d => Assert.Equal(lines[d.Key - 1], d.Value));
                return lines.Where((_, i) => !gone.ContainsKey(i + 1));
            }
        }

        string[] Text() => [.. Enumerable.Range(0, 1 + random.NextInt(12)).Select(_ => $"line {random.NextInt(4)}")];
    }
}
