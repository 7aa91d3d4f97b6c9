using System.Collections.Concurrent;
using Composer.Core;
using Composer.Language.Corpora.Stories;

namespace Composer.Language.Evaluation.Stories;

/// <summary>
/// Multiple choice from the stories' world, whose state decides each answer: what happened to a thing, who
/// has it, what somebody does next. The same questions for everyone, of stories no corpus holds.
/// </summary>
public static class StoryTasks
{
    /// <summary>Questions of a task when no limit is given.</summary>
    public const int DefaultQuestions = 200;

    private const int ShotPoolSize = 100;

    // The stories' own seed: corpora derive theirs from the experiment's, under another name.
    private static readonly Seed Questions = new Seed(0).Derive("stories-evaluation-1");

    private static readonly Dictionary<string, StoryHookKind> Kinds = new(StringComparer.Ordinal)
    {
        ["stories-what-happened"] = StoryHookKind.WhatHappened,
        ["stories-who-has-it"] = StoryHookKind.WhoHasIt,
        ["stories-what-next"] = StoryHookKind.WhatNext,
    };

    // Asked for at every point of a sweep, and always the same.
    private static readonly ConcurrentDictionary<(string Name, int Count), EvaluationTask> Made = new();

    /// <summary>The three tasks.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Kinds.Keys];

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="limit">Questions; 0 means <see cref="DefaultQuestions"/>.</param>
    public static EvaluationTask Create(string name, int limit)
    {
        var count = limit > 0 ? limit : DefaultQuestions;
        return count <= DefaultQuestions ? Made.GetOrAdd((name, count), key => Make(key.Name, key.Count)) : Make(name, count);
    }

    private static EvaluationTask Make(string name, int count)
    {
        var seed = Questions.Derive(name);
        return new EvaluationTask(
            name,
            StoryGenerator.Version,
            Make(seed.Derive("questions"), Kinds[name], count),
            Make(seed.Derive("examples"), Kinds[name], ShotPoolSize))
        {
            LeavesOutWhatIsTooLong = true,
            Documents = Math.Max(count, DefaultQuestions),
        };
    }

    private static TaskQuestion[] Make(Seed seed, StoryHookKind kind, int count)
    {
        var questions = new TaskQuestion[count];
        for (var i = 0; i < count; i++)
        {
            var story = StoryGenerator.Create(seed, i, kind);
            var hook = story.Hooks.First(h => h.Kind == kind);
            string[] choices = [hook.Right, .. hook.Wrong];
            new Rng(seed.Derive("order", i)).Shuffle<string>(choices);
            questions[i] = new TaskQuestion(story.Text[..hook.Start], choices, Array.IndexOf(choices, hook.Right));
        }

        return questions;
    }
}
