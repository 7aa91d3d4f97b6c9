using System.Linq.Expressions;

namespace Nuke.Common.Execution;

/// <summary>Collects what a target says of itself.</summary>
internal sealed class TargetDefinition : ITargetDefinition
{
    internal string? DescriptionText { get; private set; }

    internal bool IsUnlisted { get; private set; }

    internal bool IsProceedAfterFailure { get; private set; }

    internal List<Action> Actions { get; } = [];

    internal List<Target> DependsOnTargets { get; } = [];

    internal List<Target> DependentForTargets { get; } = [];

    internal List<Target> BeforeTargets { get; } = [];

    internal List<Target> AfterTargets { get; } = [];

    internal List<Condition> DynamicConditions { get; } = [];

    internal List<Condition> StaticConditions { get; } = [];

    internal List<LambdaExpression> Requirements { get; } = [];

    public ITargetDefinition Description(string description)
    {
        DescriptionText = description;
        return this;
    }

    public ITargetDefinition Executes(params Action[] actions)
    {
        Actions.AddRange(actions);
        return this;
    }

    public ITargetDefinition Executes<T>(Func<T> action) => Executes(new Action(() => action()));

    public ITargetDefinition Executes(Func<Task> action) => Executes(new Action(() => action().GetAwaiter().GetResult()));

    public ITargetDefinition DependsOn(params Target[] targets) => Add(DependsOnTargets, targets);

    public ITargetDefinition DependentFor(params Target[] targets) => Add(DependentForTargets, targets);

    public ITargetDefinition Before(params Target[] targets) => Add(BeforeTargets, targets);

    public ITargetDefinition After(params Target[] targets) => Add(AfterTargets, targets);

    public ITargetDefinition OnlyWhenDynamic(Func<bool> condition, string conditionExpression = null!)
    {
        DynamicConditions.Add(new Condition(condition, conditionExpression));
        return this;
    }

    public ITargetDefinition OnlyWhenStatic(Func<bool> condition, string conditionExpression = null!)
    {
        StaticConditions.Add(new Condition(condition, conditionExpression));
        return this;
    }

    public ITargetDefinition Requires<T>(Expression<Func<T>> parameterRequirement, params Expression<Func<T>>[] parameterRequirements)
        where T : class?
    {
        Requirements.AddRange([parameterRequirement, .. parameterRequirements]);
        return this;
    }

    public ITargetDefinition Requires(Expression<Func<bool>> requirement, params Expression<Func<bool>>[] requirements)
    {
        Requirements.AddRange([requirement, .. requirements]);
        return this;
    }

    public ITargetDefinition ProceedAfterFailure()
    {
        IsProceedAfterFailure = true;
        return this;
    }

    public ITargetDefinition Unlisted()
    {
        IsUnlisted = true;
        return this;
    }

    private TargetDefinition Add(List<Target> list, Target[] targets)
    {
        list.AddRange(targets);
        return this;
    }
}
