using Composer.Core.Code;

namespace Composer.Stages.Code;

/// <summary>Which parts of one kind a computation uses.</summary>
/// <param name="kind">As <see cref="CodePartsAttribute"/> or <see cref="CodePartAttribute"/> says it.</param>
/// <param name="names">The parts' names; none at all: it uses no part of this kind.</param>
[CodeBoundary]
public sealed class CodeUse(string kind, params IEnumerable<string> names)
{
    /// <summary>The kind of the parts.</summary>
    public string Kind => kind;

    /// <summary>Their names.</summary>
    public IReadOnlySet<string> Names { get; } = names.ToHashSet(StringComparer.Ordinal);

    /// <summary>The primitives of layer orders.</summary>
    public static CodeUse Primitives(params IEnumerable<char> symbols) => new("primitive", symbols.Select(s => s.ToString()));

    /// <summary>The engine that trains; null where nothing is trained.</summary>
    public static CodeUse Engine(string? name) => new("engine", name is null ? [] : [name]);

    /// <summary>The synthetic tasks.</summary>
    public static CodeUse Tasks(params IEnumerable<string> names) => new("task", names);

    /// <summary>Tasks of lm-evaluation-harness; those that are built in are no parts.</summary>
    public static CodeUse LmEvalTasks(params IEnumerable<string> names) => new("lm-eval-task", names);

    /// <summary>Kind and names, in one order whatever order they were given in.</summary>
    public override string ToString() => $"{Kind}:{string.Join(',', Names.Order(StringComparer.Ordinal))}";
}
