namespace Composer.Pipeline.Jobs;

/// <summary>Every kind of job, in the order in which an experiment goes through them.</summary>
public sealed class JobKinds(IReadOnlyList<JobKind> all)
{
    /// <summary>All of them, in order.</summary>
    public IReadOnlyList<JobKind> All { get; } = all;

    /// <summary>Their names, in order.</summary>
    public IReadOnlyList<string> Names { get; } = [.. all.Select(k => k.Name)];

    /// <exception cref="KeyNotFoundException">There is none of this name.</exception>
    public JobKind this[string name] => Find(name) ?? throw new KeyNotFoundException($"There is no kind of job '{name}'.");

    /// <summary>The kind of a name; null when there is none.</summary>
    public JobKind? Find(string name) => All.FirstOrDefault(k => k.Name == name);

    /// <summary>The place of a kind in <see cref="All"/>; the last of one that is not there.</summary>
    public int OrderOf(string name) => Names.Contains(name) ? Names.ToList().IndexOf(name) : Names.Count;

    /// <summary>The kind of stage that a name means: its own, or the one that asks for it.</summary>
    public string StageOf(string name) => Find(name)?.AskedForBy ?? name;
}
