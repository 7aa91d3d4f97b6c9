using Composer.Core.Ranks;
using Composer.Training.Reference.Ranks;

namespace Composer.Training.Tests.Ranks;

public sealed class RankTextsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void Every_rank_has_the_texts_of_all_and_that_of_the_first(int count)
    {
        string[] texts = [.. Enumerable.Range(0, count).Select(rank => new string('é', rank * 40))];
        foreach (var (gathered, first) in ThreadRankGroup.Run(
            count, group => (RankTexts.Gather(group, texts[group.Rank]), RankTexts.Broadcast(group, $"of {group.Rank}"))))
        {
            Assert.Equal([.. texts.Select(t => t[..Math.Min(t.Length, 254)])], gathered);
            Assert.Equal("of 0", first);
        }
    }

    [Fact]
    public void Ranks_are_named_in_words()
    {
        Assert.Equal("rank 3", RankTexts.Name([3]));
        Assert.Equal("ranks 1 and 2", RankTexts.Name([1, 2]));
        Assert.Equal("ranks 1, 2 and 7", RankTexts.Name([1, 2, 7]));
    }
}
