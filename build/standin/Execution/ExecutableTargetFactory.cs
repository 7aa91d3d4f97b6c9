using System.Reflection;

namespace Nuke.Common.Execution;

/// <summary>Reads the targets of a build: its properties of type <see cref="Target"/>.</summary>
internal static class ExecutableTargetFactory
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    public static IReadOnlyList<ExecutableTarget> CreateAll(NukeBuild build, IReadOnlyList<Target> defaultTargets)
    {
        var targets = build.GetType().GetProperties(Members)
            .Where(property => property.PropertyType == typeof(Target))
            .Select(property => Create(build, property, defaultTargets))
            .ToList();
        foreach (var target in targets)
        {
            Connect(target, targets);
        }

        return targets;
    }

    private static ExecutableTarget Create(NukeBuild build, PropertyInfo property, IReadOnlyList<Target> defaultTargets)
    {
        var definition = new TargetDefinition();
        var factory = (Target)property.GetValue(build)!;
        factory(definition);
        return new ExecutableTarget(property.Name, factory, definition, defaultTargets.Contains(factory));
    }

    private static void Connect(ExecutableTarget target, List<ExecutableTarget> all)
    {
        ExecutableTarget Find(Target factory) => all.Single(other => other.Factory == factory);
        var others = all.Where(other => other != target).ToList();

        target.ExecutionDependencies.AddRange(target.Definition.DependsOnTargets.Select(Find));
        target.ExecutionDependencies.AddRange(others.Where(other => other.Definition.DependentForTargets.Contains(target.Factory)));
        target.OrderDependencies.AddRange(target.Definition.AfterTargets.Select(Find));
        target.OrderDependencies.AddRange(others.Where(other => other.Definition.BeforeTargets.Contains(target.Factory)));
        if (target.ExecutionDependencies.Contains(target) || target.OrderDependencies.Contains(target))
        {
            Assert.Fail($"Target '{target.Name}' cannot have a dependency on itself");
        }
    }
}
