using System.Diagnostics.CodeAnalysis;
using Composer.Core.Code;
using Composer.Core.Discovery;

namespace Composer.Mad.Tasks;

/// <summary>The tasks, in the order of the paper's list; those that it does not have behind it, by name.</summary>
[ListsCodeParts]
public static class MadTasks
{
    /// <summary>All of them: every <see cref="MadTask"/> that <see cref="Members"/> finds.</summary>
    public static IReadOnlyList<MadTask> All =>
    [
        .. Members.Of<MadTask>()
            .OrderBy(task => task.PlaceInPaper ?? int.MaxValue)
            .ThenBy(task => task.Name, StringComparer.Ordinal),
    ];

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names => [.. All.Select(task => task.Name)];

    /// <summary>The names of the paper's: what candidates are evaluated on where a manifest does not say.</summary>
    public static IReadOnlyList<string> NamesInPaper => [.. All.Where(task => task.PlaceInPaper is not null).Select(task => task.Name)];

    /// <summary>Whether there is a task of this name.</summary>
    public static bool TryGet(string name, [NotNullWhen(true)] out MadTask? task)
    {
        task = Members.Of<MadTask>().FirstOrDefault(t => t.Name == name);
        return task is not null;
    }

    /// <exception cref="KeyNotFoundException">There is no task of this name.</exception>
    public static MadTask Get(string name) =>
        TryGet(name, out var task)
            ? task
            : throw new KeyNotFoundException($"No task '{name}'; there are {string.Join(", ", All)}.");
}
