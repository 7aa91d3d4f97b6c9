using System.Diagnostics.CodeAnalysis;
using Composer.Core.Code;

namespace Composer.Mad.Tasks;

/// <summary>The six tasks, in the order of the paper's list.</summary>
[ListsCodeParts]
public static class MadTasks
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<MadTask> All { get; } =
    [
        new InContextRecallTask(),
        new NoisyInContextRecallTask(),
        new FuzzyInContextRecallTask(),
        new SelectiveCopyingTask(),
        new CompressionTask(),
        new MemorizationTask(),
    ];

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(task => task.Name)];

    /// <summary>Whether there is a task of this name.</summary>
    public static bool TryGet(string name, [NotNullWhen(true)] out MadTask? task)
    {
        task = All.FirstOrDefault(t => t.Name == name);
        return task is not null;
    }

    /// <exception cref="KeyNotFoundException">There is no task of this name.</exception>
    public static MadTask Get(string name) =>
        TryGet(name, out var task)
            ? task
            : throw new KeyNotFoundException($"No task '{name}'; there are {string.Join(", ", All)}.");
}
