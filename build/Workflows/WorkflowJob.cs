namespace Composer.Build.Workflows;

/// <summary>A job of a workflow: calls of this build in turn, on a fresh machine.</summary>
/// <param name="Id">The job's id.</param>
/// <param name="MinutesAtMost">GitHub ends it then.</param>
/// <param name="Steps">What it runs.</param>
internal sealed record WorkflowJob(string Id, int MinutesAtMost, IReadOnlyList<WorkflowStep> Steps);

/// <summary>One call of the build.</summary>
/// <param name="Target">A target of Build.cs.</param>
/// <param name="Options">Its options, as a user writes them.</param>
internal sealed record WorkflowStep(string Target, string Options = "");
