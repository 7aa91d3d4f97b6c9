using System.Diagnostics;

namespace Nuke.Common.Execution;

/// <summary>A target with its definition read and its neighbours found; owned by the one build that runs it.</summary>
public class ExecutableTarget
{
    internal ExecutableTarget(string name, Target factory, TargetDefinition definition, bool isDefault)
    {
        Name = name;
        Factory = factory;
        Definition = definition;
        IsDefault = isDefault;
    }

    public string Name { get; }

    public string? Description => Definition.DescriptionText;

    public bool Listed => !Definition.IsUnlisted;

    public bool IsDefault { get; }

    /// <summary>Whether the user named it, or it is the default and the user named none.</summary>
    public bool Invoked { get; internal set; }

    public ExecutionStatus Status { get; internal set; }

    public TimeSpan Duration => Stopwatch.Elapsed;

    internal Target Factory { get; }

    internal TargetDefinition Definition { get; }

    internal Stopwatch Stopwatch { get; } = new();

    /// <summary>What the summary says beside the target: why it was skipped or how it failed.</summary>
    internal string? Remark { get; set; }

    internal List<ExecutableTarget> ExecutionDependencies { get; } = [];

    internal List<ExecutableTarget> OrderDependencies { get; } = [];
}
