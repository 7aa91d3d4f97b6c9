namespace Nuke.Common.Execution;

/// <summary>The answer to <c>--plan</c>: the order in which targets would run. (Nuke.Common shows a page instead.)</summary>
internal static class PlanText
{
    public static void Write(NukeBuild build, TextWriter output)
    {
        output.WriteLine("Targets in the order in which they would run:");
        output.WriteLine();
        foreach (var target in build.ExecutionPlan)
        {
            var dependencies = target.ExecutionDependencies.Count > 0
                ? $"   <- {string.Join(", ", target.ExecutionDependencies.Select(dependency => dependency.Name))}"
                : "";
            output.WriteLine($"  {target.Name}{dependencies}");
        }
    }
}
