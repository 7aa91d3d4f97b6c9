using System.Linq.Expressions;
using System.Reflection;

namespace Nuke.Common.Execution;

/// <summary>Runs the targets of a plan, one after another.</summary>
internal static class BuildExecutor
{
    /// <summary>Runs what is scheduled. An empty list of skipped targets skips all that the user did not name.</summary>
    public static void Execute(NukeBuild build, BuildConsole console, IReadOnlyList<string>? skipped)
    {
        foreach (var target in build.ExecutionPlan)
        {
            if (skipped is not null && (skipped.Count == 0 || skipped.Any(name => BuildInvocation.SameName(name, target.Name))))
            {
                Skip(build, target, "Skipped: via parameter");
            }
        }

        foreach (var target in build.ExecutionPlan)
        {
            CheckConditions(build, target, target.Definition.StaticConditions);
        }

        foreach (var target in build.ExecutionPlan.Where(target => target.Status == ExecutionStatus.Scheduled))
        {
            CheckRequirements(build, target);
        }

        foreach (var target in build.ExecutionPlan)
        {
            Run(build, console, target);
        }
    }

    private static void Run(NukeBuild build, BuildConsole console, ExecutableTarget target)
    {
        if (target.Status == ExecutionStatus.Skipped || !CheckConditions(build, target, target.Definition.DynamicConditions))
        {
            target.Status = ExecutionStatus.Skipped;
            return;
        }

        if (target.Definition.Actions.Count == 0)
        {
            target.Status = ExecutionStatus.Collective;
            return;
        }

        console.WriteTargetHeader(target);
        target.Status = ExecutionStatus.Running;
        target.Stopwatch.Start();
        try
        {
            target.Definition.Actions.ForEach(action => action());
            target.Status = ExecutionStatus.Succeeded;
        }
        catch (Exception exception)
        {
            target.Status = ExecutionStatus.Failed;
            target.Remark = exception.Message.Split('\n')[0].TrimEnd();
            console.WriteFailure(target, exception);
            if (!target.Definition.IsProceedAfterFailure)
            {
                throw new TargetFailedException();
            }
        }
        finally
        {
            target.Stopwatch.Stop();
        }
    }

    private static bool CheckConditions(NukeBuild build, ExecutableTarget target, List<Condition> conditions)
    {
        var violated = conditions.Where(condition => !condition.Holds()).Select(condition => condition.Text).ToList();
        if (violated.Count > 0)
        {
            var remark = $"OnlyWhen: {string.Join(" && ", violated)}";
            Skip(build, target, remark);
            target.Status = ExecutionStatus.Skipped;
            target.Remark = remark;
        }

        return violated.Count == 0;
    }

    /// <summary>Skips a target that the user did not name, and those of its dependencies that nothing else needs.</summary>
    private static void Skip(NukeBuild build, ExecutableTarget target, string remark)
    {
        if (target.Status != ExecutionStatus.Scheduled)
        {
            return;
        }

        if (!target.Invoked)
        {
            target.Status = ExecutionStatus.Skipped;
            target.Remark = remark;
        }

        foreach (var dependency in target.ExecutionDependencies)
        {
            var needed = build.ExecutionPlan.Any(other => other != target
                && other.Status == ExecutionStatus.Scheduled
                && other.ExecutionDependencies.Contains(dependency));
            if (!needed)
            {
                Skip(build, dependency, $"Skipped: because of {target.Name}");
            }
        }
    }

    private static void CheckRequirements(NukeBuild build, ExecutableTarget target)
    {
        foreach (var requirement in target.Definition.Requirements)
        {
            if (requirement is Expression<Func<bool>> condition)
            {
                if (!condition.Compile()())
                {
                    Assert.Fail($"Target '{target.Name}' requires '{requirement.Body}'");
                }

                continue;
            }

            var member = requirement.Body is MemberExpression expression ? expression.Member
                : throw new InvalidOperationException($"Target '{target.Name}' requires something that is no member: {requirement.Body}");
            var value = member is PropertyInfo property ? property.GetValue(build) : ((FieldInfo)member).GetValue(build);
            if (value is null || value is string text && string.IsNullOrWhiteSpace(text))
            {
                var name = member.GetCustomAttribute<ParameterAttribute>()?.Name ?? member.Name;
                Assert.Fail($"Target '{target.Name}' requires member '{name}' to be not null or empty");
            }
        }
    }
}
