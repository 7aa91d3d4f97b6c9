using System.Linq.Expressions;
using Nuke.Common.Execution;
using Nuke.Common.IO;

namespace Nuke.Common;

/// <summary>
/// The base of a build: a class whose properties of type <see cref="Target"/> are its targets and whose
/// members with <see cref="ParameterAttribute"/> are its parameters.
/// </summary>
public abstract class NukeBuild
{
    /// <summary>The nearest folder above the current one that holds <c>.nuke</c>, or what <c>--root</c> says.</summary>
    [Parameter("Root directory during build execution.", Name = "Root")]
    public static AbsolutePath RootDirectory => BuildInvocation.OfThisProcess.RootDirectory;

    /// <summary>What runs, in order.</summary>
    public IReadOnlyCollection<ExecutableTarget> ExecutionPlan { get; set; } = [];

    /// <summary>The targets that the user named.</summary>
    [Parameter("List of targets to be invoked, before the first option or here, separated by '+'.", Name = "Target", Separator = "+")]
    public IReadOnlyCollection<ExecutableTarget> InvokedTargets => [.. ExecutionPlan.Where(target => target.Invoked)];

    /// <summary>The targets that are left out.</summary>
    [Parameter("List of targets to be skipped. Empty list skips all dependencies.", Name = "Skip", Separator = "+")]
    public IReadOnlyCollection<ExecutableTarget> SkippedTargets =>
        [.. ExecutionPlan.Where(target => target.Status == ExecutionStatus.Skipped)];

    /// <summary>Whether to show the plan and run nothing.</summary>
    [Parameter("Shows the execution plan.")]
    public bool Plan { get; }

    /// <summary>Whether to show the help and run nothing.</summary>
    [Parameter("Shows the help text for this build.")]
    public bool Help { get; }

    /// <summary>Accepted; there is no logo.</summary>
    [Parameter("Disables displaying the NUKE logo.")]
    public bool NoLogo { get; set; }

    /// <summary>Whether nothing has failed so far.</summary>
    public bool IsSucceeding => !IsFailing;

    /// <summary>Whether something failed, was aborted or did not run.</summary>
    public bool IsFailing => ExecutionPlan.Any(target =>
        target.Status is ExecutionStatus.Failed or ExecutionStatus.Aborted or ExecutionStatus.NotRun);

    /// <summary>The exit code; when null, 0 on success and -1 on failure.</summary>
    public int? ExitCode { get; set; }

    internal IReadOnlyList<ExecutableTarget> ExecutableTargets { get; set; } = [];

    /// <summary>Runs the build of this process and returns its exit code.</summary>
    protected static int Execute<T>(params Expression<Func<T, Target>>[] defaultTargetExpressions)
        where T : NukeBuild, new() => Execute(BuildInvocation.OfThisProcess, defaultTargetExpressions);

    internal static int Execute<T>(BuildInvocation invocation, params Expression<Func<T, Target>>[] defaultTargetExpressions)
        where T : NukeBuild, new()
    {
        var build = new T();
        return BuildManager.Execute(build, [.. defaultTargetExpressions.Select(each => each.Compile()(build))], invocation);
    }

    /// <summary>Called when the parameters have their values and the plan is made, before requirements are checked.</summary>
    protected internal virtual void OnBuildInitialized()
    {
    }

    /// <summary>Called when everything has been said, whether the build succeeded or not.</summary>
    protected internal virtual void OnBuildFinished()
    {
    }
}
