namespace Nuke.Common.Execution;

/// <summary>Runs a build from its arguments to its exit code.</summary>
internal static class BuildManager
{
    private const int ErrorExitCode = -1;

    public static int Execute(NukeBuild build, IReadOnlyList<Target> defaultTargets, BuildInvocation invocation)
    {
        var console = new BuildConsole(build, invocation.Output);
        try
        {
            var parameters = new ParameterService(invocation);
            build.ExecutableTargets = ExecutableTargetFactory.CreateAll(build, defaultTargets);
            parameters.Inject(build);

            build.ExecutionPlan = ExecutionPlanner.GetExecutionPlan(
                build.ExecutableTargets,
                InvokedNames(parameters, invocation));

            if (build.Help || build.ExecutionPlan.Count == 0)
            {
                HelpText.Write(build, invocation.Output);
                return 0;
            }

            if (build.Plan)
            {
                PlanText.Write(build, invocation.Output);
                return 0;
            }

            build.OnBuildInitialized();
            BuildExecutor.Execute(build, console, (string[]?)parameters.GetParameter("Skip", typeof(string[]), '+'));
        }
        catch (TargetFailedException)
        {
            // Told already, where it happened.
        }
        catch (Exception exception)
        {
            console.Error(exception.Message);
            return build.ExitCode ??= ErrorExitCode;
        }

        foreach (var target in build.ExecutionPlan.Where(target => target.Status == ExecutionStatus.Scheduled))
        {
            target.Status = ExecutionStatus.NotRun;
        }

        console.WriteTargetOutcome();
        console.WriteBuildOutcome();
        build.OnBuildFinished();
        return build.ExitCode ??= build.IsSucceeding ? 0 : ErrorExitCode;
    }

    private static string[]? InvokedNames(ParameterService parameters, BuildInvocation invocation) =>
        (string[]?)parameters.GetParameter("Target", typeof(string[]), '+', invocation.Positional());
}
