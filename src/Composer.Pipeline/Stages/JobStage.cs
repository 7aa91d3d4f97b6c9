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
            outcome.WithFile(name, Inside(job.Folder, file));
        }

        foreach (var (name, file) in result.Beside)
        {
            outcome.Beside.Add(name, new StageContent(null, Inside(job.Folder, file)));
        }

        return outcome;
    }

    /// <summary>The file's path; only folders that are the job's own lead there.</summary>
    /// <exception cref="InvalidDataException">A link or a dot-dot leads elsewhere: what lies there is nobody's output.</exception>
    internal static string Inside(string folder, string file)
    {
        var path = folder;
        foreach (var part in file.Split('/', '\\'))
        {
            path = Path.Combine(path, part);
            if (part is ".." or "" || Path.IsPathRooted(part) || new DirectoryInfo(path).LinkTarget is not null)
            {
                throw new InvalidDataException($"The output file '{file}' leads out of the job's folder at '{part}'. Let the job write the file itself.");
            }
        }

        return path;
    }
}
