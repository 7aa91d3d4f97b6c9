using Composer.Language.Corpora.Stories;
using Composer.Language.Evaluation;
using Composer.Language.Evaluation.Stories;

namespace Composer.Language.Tests.Evaluation;

public sealed class StoryTasksTests
{
    private const int Many = 3000;

    public static TheoryData<string> Names => [.. StoryTasks.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Two_hundred_questions_are_the_same_every_time_and_none_twice(string name)
    {
        var (once, again) = (StoryTasks.Create(name, 0), StoryTasks.Create(name, 0));
        Assert.Equal(200, once.Questions.Count);
        Assert.Equal(once.Questions, again.Questions);
        Assert.Equal(200, once.Questions.Select(q => q.Contexts[0]).Distinct().Count());
        Assert.Equal(once.Questions.Take(50), StoryTasks.Create(name, 50).Questions);
        Assert.Equal(name == "stories-who-has-it" ? 1.0 / 3 : 0.25, once.Chance, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_right_choice_stands_anywhere_evenly(string name)
    {
        var questions = StoryTasks.Create(name, Many).Questions;
        for (var position = 0; position < questions[0].Choices.Count; position++)
        {
            AssertChance(name, questions, $"position {position}", q => position);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Rules_of_thumb_do_no_better_than_chance(string name)
    {
        var questions = StoryTasks.Create(name, Many).Questions;
        AssertChance(name, questions, "longest", q => BestBy(q, c => c.Length));
        AssertChance(name, questions, "shortest", q => BestBy(q, c => -c.Length));
        if (name == "stories-who-has-it")
        {
            AssertChance(
                name, questions, "mentioned first", q => BestBy(q, c => -q.Contexts[0].IndexOf(c.TrimEnd('.'), StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void Every_law_is_asked_about()
    {
        var effects = StoryTasks.Create("stories-what-happened", Many).Questions.Select(q => q.Choices[q.Gold]).ToHashSet();
        Assert.True(effects.Count > 3 * Consequence.All.Count, $"{effects.Count} different effects");
        var actions = StoryTasks.Create("stories-what-next", Many).Questions.Select(q => q.Choices[q.Gold]).ToHashSet();
        Assert.True(actions.Count > 3 * Need.All.Count, $"{actions.Count} different actions");
    }

    private static int BestBy(TaskQuestion question, Func<string, int> score)
    {
        var scores = question.Choices.Select(score).ToArray();
        return Array.IndexOf(scores, scores.Max());
    }

    // Four standard deviations: a fair rule exceeds that once in sixteen thousand tries, and the questions are fixed.
    private static void AssertChance(string name, IReadOnlyList<TaskQuestion> questions, string rule, Func<TaskQuestion, int> choose)
    {
        var chance = 1.0 / questions[0].Choices.Count;
        var right = questions.Count(q => choose(q) == q.Gold) / (double)questions.Count;
        var limit = 4 * Math.Sqrt(chance * (1 - chance) / questions.Count);
        Assert.True(Math.Abs(right - chance) < limit, $"{name}: '{rule}' is right {right:p1}; chance is {chance:p1} ± {limit:p1}");
    }
}
