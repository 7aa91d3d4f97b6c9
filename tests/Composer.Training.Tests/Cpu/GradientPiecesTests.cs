using Composer.Training.Cpu;

namespace Composer.Training.Tests.Cpu;

public sealed class GradientPiecesTests
{
    [Fact]
    public void Pieces_take_every_sequence_once_and_in_order()
    {
        for (var sequences = 1; sequences <= 300; sequences++)
        {
            var next = 0;
            foreach (var (first, end) in RangesOf(sequences))
            {
                Assert.Equal(next, first);
                Assert.True(end > first, $"An empty piece of {sequences} sequences.");
                next = end;
            }

            Assert.Equal(sequences, next);
        }
    }

    [Fact]
    public void Last_pieces_of_a_large_batch_are_small_and_no_piece_delays_eight_threads() =>
        Assert.Equal(
            [.. Enumerable.Repeat(10, 8), .. Enumerable.Repeat(4, 8), .. Enumerable.Repeat(2, 8)],
            RangesOf(128).Select(range => range.End - range.First));

    private static IEnumerable<(int First, int End)> RangesOf(int sequences)
    {
        var pieces = GradientPieces.CountFor(sequences, parameters: 1000);
        return Enumerable.Range(0, pieces).Select(piece => GradientPieces.RangeOf(piece, pieces, sequences));
    }
}
