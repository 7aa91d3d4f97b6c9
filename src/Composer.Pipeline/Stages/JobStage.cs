using Composer.Pipeline.Jobs;
using Composer.Pipeline.Progress;

namespace Composer.Pipeline.Stages;

/// <summary>A stage that is one job of an agent.</summary>
internal static class JobStage
{
    /// <summary>Runs the job and takes its outputs over, as files of the work folder.</summary>
    public static async Task<StageOutcome> RunAsync(Job job, Stage stage, StageExecution execution, CancellationToken cancellation)
    {
        execution.Report(new StageProgress(null, "waits for a core"));
        var result = await execution.Agents.RunAsync(
            job,
            StageKind.OrderOf(stage.Kind),
            stage.Needs.Gpus,
            happened =>
            {
                if (happened.Progress is { } progress)
                {
                    execution.Report(progress);
                }
            },
            cancellation).ConfigureAwait(false);
        if (result.Failure is { } failure)
        {
            return StageOutcome.Failed(failure, result.FailsAlike);
        }

        var outcome = StageOutcome.Done(result.Seconds);
        foreach (var (name, file) in result.Outputs)
        {
            outcome.WithFile(name, Path.Combine(job.Folder, file));
        }

        foreach (var (name, file) in result.Beside)
        {
            outcome.Beside.Add(name, new StageContent(null, Path.Combine(job.Folder, file)));
        }

        return outcome;
    }
}
