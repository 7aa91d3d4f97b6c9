using Composer.Mad.Samples;
using Composer.Mad.Tasks;

namespace Composer.Mad.Tests.Tasks;

/// <summary>Test samples that the original generator drew: the checks that hold our generators hold for them.</summary>
public sealed class PublishedExampleTests
{
    public static TheoryData<string, MadTaskSettings, string> Examples => new()
    {
        { "in-context-recall", new(6, 12), "1 5 2 3 0 5 2 3 0 5 1|. . . . . . 3 . 5 . 5" },
        { "noisy-in-context-recall", new(8, 14) { NoiseVocabulary = 4, NoiseFraction = 0.2 }, "1 2 0 2 0 2 0 2 1 2 0 2 1|. . . . 2 . 2 . 2 . 2 . 2" },
        { "fuzzy-in-context-recall", new(7, 22) { Motif = 2 }, "6 6 2 0 5 1 2 3 5 0 1 5 3 1 0 4 0 1 5 3 1 0|. . . . . . . . . . . . . . . . . 5 3 . . 4" },
        { "selective-copying", new(6, 12) { Copy = 3 }, "4 4 1 4 4 4 2 3 5 4 4 4|. . . . . . . . . 1 2 3" },
        { "compression", new(6, 8), "2 2 3 4 0 0 4 5|2 2 3 4 0 0 4 5" },
        { "memorization", new(8, 8), "2 7 1 7 1 7 0 7|. 6 . 4 . 4 . 3" },
    };

    [Theory]
    [MemberData(nameof(Examples))]
    public void Example_obeys_the_rules(string task, MadTaskSettings settings, string example)
    {
        var halves = example.Split('|');
        Assert.Empty(MadTasks.Get(task).Validate(settings));
        TaskRules.Check(task, settings, SampleKind.Test, Tokens(halves[0]), Tokens(halves[1]));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Example_with_a_wrong_answer_breaks_them(string task, MadTaskSettings settings, string example)
    {
        var halves = example.Split('|');
        var targets = Tokens(halves[1]);
        var last = Array.FindLastIndex(targets, t => t >= 0);
        targets[last] = targets[last] == 0 ? 1 : targets[last] - 1;
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(
            () => TaskRules.Check(task, settings, SampleKind.Test, Tokens(halves[0]), targets));
    }

    private static int[] Tokens(string text) =>
        [.. text.Split(' ').Select(t => t == "." ? -1 : int.Parse(t, System.Globalization.CultureInfo.InvariantCulture))];
}
