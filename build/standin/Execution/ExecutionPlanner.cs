namespace Nuke.Common.Execution;

/// <summary>Chooses the targets that run and their order.</summary>
internal static class ExecutionPlanner
{
    /// <summary>
    /// The invoked targets (the default ones when <paramref name="invokedNames"/> is null) with all that
    /// they depend on, each after its dependencies and, among those scheduled, after those it is ordered
    /// behind; otherwise in the order of declaration. An unknown name or a cycle is an error.
    /// </summary>
    public static IReadOnlyList<ExecutableTarget> GetExecutionPlan(
        IReadOnlyList<ExecutableTarget> targets, IReadOnlyList<string>? invokedNames)
    {
        RefuseCycles(targets);
        foreach (var target in invokedNames?.Select(name => Find(targets, name)) ?? targets.Where(target => target.IsDefault))
        {
            target.Invoked = true;
        }

        var scheduled = new HashSet<ExecutableTarget>();
        foreach (var target in targets.Where(target => target.Invoked))
        {
            Schedule(target, scheduled);
        }

        var plan = new List<ExecutableTarget>();
        foreach (var target in targets.Where(scheduled.Contains))
        {
            Append(target, scheduled, plan);
        }

        foreach (var target in plan)
        {
            target.Status = ExecutionStatus.Scheduled;
        }

        return plan;
    }

    private static void Schedule(ExecutableTarget target, HashSet<ExecutableTarget> scheduled)
    {
        if (scheduled.Add(target))
        {
            target.ExecutionDependencies.ForEach(dependency => Schedule(dependency, scheduled));
        }
    }

    private static void Append(ExecutableTarget target, HashSet<ExecutableTarget> scheduled, List<ExecutableTarget> plan)
    {
        if (plan.Contains(target))
        {
            return;
        }

        // Order links reach through targets that are not scheduled: A after B after C puts A after C.
        foreach (var dependency in Before(target))
        {
            Append(dependency, scheduled, plan);
        }

        plan.Add(target);

        IEnumerable<ExecutableTarget> Before(ExecutableTarget of) =>
            of.ExecutionDependencies.Concat(of.OrderDependencies)
                .SelectMany(other => scheduled.Contains(other) ? [other] : Before(other));
    }

    private static void RefuseCycles(IReadOnlyList<ExecutableTarget> targets)
    {
        var path = new List<ExecutableTarget>();
        var done = new HashSet<ExecutableTarget>();
        foreach (var target in targets)
        {
            Visit(target);
        }

        void Visit(ExecutableTarget target)
        {
            var start = path.IndexOf(target);
            if (start >= 0)
            {
                var cycle = path.Skip(start).Append(target).Select(each => each.Name);
                Assert.Fail($"Circular dependencies between targets: {string.Join(" -> ", cycle)}");
            }

            if (!done.Contains(target))
            {
                path.Add(target);
                foreach (var dependency in target.ExecutionDependencies.Concat(target.OrderDependencies))
                {
                    Visit(dependency);
                }

                path.RemoveAt(path.Count - 1);
                done.Add(target);
            }
        }
    }

    private static ExecutableTarget Find(IReadOnlyList<ExecutableTarget> targets, string name)
    {
        var found = targets.SingleOrDefault(target => BuildInvocation.SameName(target.Name, name));
        if (found is null)
        {
            var available = targets.Select(target => $"  - {target.Name}").Order(StringComparer.Ordinal);
            Assert.Fail(string.Join(Environment.NewLine,
                available.Prepend($"Target with name '{name}' does not exist. Available targets are:")));
        }

        return found;
    }
}
