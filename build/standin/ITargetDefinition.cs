using System.Linq.Expressions;
using System.Runtime.CompilerServices;

namespace Nuke.Common;

/// <summary>What a target can say of itself; each call adds to the definition and returns it.</summary>
public interface ITargetDefinition
{
    /// <summary>The line that <c>--help</c> shows.</summary>
    ITargetDefinition Description(string description);

    /// <summary>Adds actions, run in the order of the calls.</summary>
    ITargetDefinition Executes(params Action[] actions);

    /// <summary>Adds an action whose value is dropped.</summary>
    ITargetDefinition Executes<T>(Func<T> action);

    /// <summary>Adds an asynchronous action, waited for.</summary>
    ITargetDefinition Executes(Func<Task> action);

    /// <summary>Targets that run before this one, whenever it runs.</summary>
    ITargetDefinition DependsOn(params Target[] targets);

    /// <summary>Targets that this one runs before, whenever they run.</summary>
    ITargetDefinition DependentFor(params Target[] targets);

    /// <summary>Targets that this one precedes when both are scheduled.</summary>
    ITargetDefinition Before(params Target[] targets);

    /// <summary>Targets that this one follows when both are scheduled.</summary>
    ITargetDefinition After(params Target[] targets);

    /// <summary>Skips the target unless the condition holds at the moment when it would start.</summary>
    ITargetDefinition OnlyWhenDynamic(Func<bool> condition, [CallerArgumentExpression("condition")] string conditionExpression = null!);

    /// <summary>Skips the target unless the condition holds before anything runs.</summary>
    ITargetDefinition OnlyWhenStatic(Func<bool> condition, [CallerArgumentExpression("condition")] string conditionExpression = null!);

    /// <summary>Fails the build before anything runs unless the parameters have values.</summary>
    ITargetDefinition Requires<T>(Expression<Func<T>> parameterRequirement, params Expression<Func<T>>[] parameterRequirements)
        where T : class?;

    /// <summary>Fails the build before anything runs unless the conditions hold.</summary>
    ITargetDefinition Requires(Expression<Func<bool>> requirement, params Expression<Func<bool>>[] requirements);

    /// <summary>Keeps the build going when this target fails; the build fails in the end.</summary>
    ITargetDefinition ProceedAfterFailure();

    /// <summary>Leaves the target out of <c>--help</c>.</summary>
    ITargetDefinition Unlisted();
}
