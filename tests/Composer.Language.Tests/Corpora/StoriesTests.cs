using Composer.Core;
using Composer.Language.Corpora.Stories;

namespace Composer.Language.Tests.Corpora;

public sealed class StoriesTests
{
    private static readonly Seed Seed = new(17);

    [Fact]
    public void A_story_is_made_alone_as_it_is_made_among_others()
    {
        var row = Enumerable.Range(0, 20).Select(i => StoryGenerator.Create(Seed, i).Text).ToArray();
        Assert.Equal(row[13], StoryGenerator.Create(Seed, 13).Text);
        Assert.NotEqual(row[13], StoryGenerator.Create(new Seed(18), 13).Text);
    }

    [Fact]
    public void No_two_of_ten_thousand_stories_are_the_same()
    {
        var texts = Enumerable.Range(0, 10_000).Select(i => StoryGenerator.Create(Seed, i).Text).ToHashSet();
        Assert.Equal(10_000, texts.Count);
    }

    [Fact]
    public void Five_thousand_stories_have_more_than_a_thousand_words()
    {
        var words = new HashSet<string>();
        var length = 0L;
        for (var i = 0; i < 5000; i++)
        {
            var text = StoryGenerator.Create(Seed, i).Text;
            length += text.Length;
            foreach (var word in text.Split([' ', '.', ',', '!', '?', '"', '\''], StringSplitOptions.RemoveEmptyEntries))
            {
                words.Add(word.ToLowerInvariant());
            }
        }

        Assert.True(words.Count >= 1000, $"{words.Count} words");
        Assert.InRange(length / 5000, 300, 900);
    }

    [Fact]
    public void Every_slot_is_filled_and_articles_fit()
    {
        for (var i = 0; i < 3000; i++)
        {
            var text = StoryGenerator.Create(Seed, i).Text;
            Assert.DoesNotContain("{", text);
            Assert.DoesNotContain("  ", text);
            Assert.DoesNotMatch(@"\ba [aeiou]|\ban (?!hour)[^aeiou]", text);
            Assert.EndsWith(".", text);
        }
    }

    [Theory]
    [InlineData(StoryHookKind.WhatHappened, 3)]
    [InlineData(StoryHookKind.WhoHasIt, 2)]
    [InlineData(StoryHookKind.WhatNext, 3)]
    public void A_required_hook_is_there_with_distinct_choices(StoryHookKind kind, int wrong)
    {
        for (var i = 0; i < 500; i++)
        {
            var story = StoryGenerator.Create(Seed, i, kind);
            var hook = story.Hooks.First(h => h.Kind == kind);
            Assert.Equal(" " + hook.Right, story.Text.Substring(hook.Start, hook.Right.Length + 1));
            Assert.Equal(wrong, hook.Wrong.Count);
            Assert.Equal(wrong + 1, hook.Wrong.Append(hook.Right).Distinct().Count());
        }
    }

    [Fact]
    public void The_holder_follows_from_the_transfers_told()
    {
        // Reads the story as a person would: who is named by the last transfer of the thing that is asked for.
        var asked = 0;
        for (var i = 0; i < 500; i++)
        {
            var story = StoryGenerator.Create(Seed, i, StoryHookKind.WhoHasIt);
            var hook = story.Hooks.First(h => h.Kind == StoryHookKind.WhoHasIt);
            var told = story.Text[..hook.Start];
            var thing = System.Text.RegularExpressions.Regex.Match(told, @"(?:Now the|who had the|In the end the) ([\w-]+) (?:was with|was|belonged to)$").Groups[1].Value;
            var patterns = new[]
            {
                $@"(?<from>[A-Z]\w+) gave the {thing} to (?<to>[A-Z]\w+)\.", $@"(?<to>[A-Z]\w+) took the {thing} from (?<from>[A-Z]\w+)\.",
                $@"(?<to>[A-Z]\w+) wanted the {thing}, so (?<from>[A-Z]\w+) gave it away\.", $@"(?<from>[A-Z]\w+) handed (?<to>[A-Z]\w+) the {thing}\.",
                $@"(?<to>[A-Z]\w+) asked (?<from>[A-Z]\w+) for the {thing} and got it\.", $@"(?<from>[A-Z]\w+) let (?<to>[A-Z]\w+) have the {thing}\.",
            };
            var last = patterns.SelectMany(p => System.Text.RegularExpressions.Regex.Matches(told, p)).OrderBy(m => m.Index).Last();
            Assert.Equal(hook.Right, last.Groups["to"].Value + ".");
            asked++;
        }

        Assert.Equal(500, asked);
    }
}
