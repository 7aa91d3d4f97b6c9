using System.Diagnostics;
using System.Text.Json;
using Composer.Core;
using Composer.Core.Files;
using Composer.Core.Json;

namespace Composer.Pipeline.Jobs;

/// <summary>Computes jobs, in the process of the agent.</summary>
/// <param name="kinds">Every kind that there is.</param>
public sealed class JobExecution(JobKinds kinds)
{
    /// <summary>An agent that is given up and lives may write an output again while the first is read: it is whole at every moment.</summary>
    private static readonly WholeFile OutputWriter = new($"{WholeFile.Writing}-{Environment.ProcessId}");

    /// <summary>Computes a job's units in turn and leaves their outputs in its folder.</summary>
    /// <param name="job">The work.</param>
    /// <param name="tell">Told how far it has come, and each unit that is finished.</param>
    /// <param name="cancellation">Stops at the next step; long units write a checkpoint first.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="Core.Diagnostics.UserInputException">A file that it reads is another than was planned.</exception>
    public JobResult Run(Job job, Action<JobEvent> tell, CancellationToken cancellation)
    {
        var kind = kinds[job.Kind];
        var files = new JobFiles(job.Files, job.Stored, job.Folder);
        var tools = new JobTools
        {
            Folder = job.Folder,
            Threads = job.Threads,
            LeavesCheckpoint = job.LeavesCheckpoint,
            Places = job.Places,
            Files = files,
            Beginnings = job.Beginnings,
            Report = progress => tell(new JobEvent(progress)),
        };
        foreach (var unit in job.Units)
        {
            cancellation.ThrowIfCancellationRequested();
            var began = Stopwatch.GetTimestamp();
            var inputs = unit.Inputs.Deserialize(
                kind.InputsType, ComposerJson.Inputs) ?? throw new InvalidDataException($"{job.Id}: a unit has no inputs.");
            files.Hold();
            var outcome = Compute(kind, inputs, tools, cancellation);
            if (outcome.Failure is { } failure)
            {
                return new JobResult { Failure = failure, FailsAlike = outcome.FailsAlike };
            }

            files.Confirm();
            tell(new JobEvent(Finished: new UnitResult(
                unit.Key,
                Files(outcome.Outputs, unit.Key, job.Folder),
                Files(outcome.Beside, unit.Key, job.Folder),
                Stopwatch.GetElapsedTime(began).TotalSeconds)));
        }

        files.Release();
        return new JobResult();
    }

    private static JobOutcome Compute(JobKind kind, object inputs, JobTools tools, CancellationToken cancellation)
    {
        try
        {
            return kind.ComputeAsync(inputs, tools, cancellation).GetAwaiter().GetResult();
        }
        catch (Exception e) when (tools.Files.ChangeBehind(e) is { } changed)
        {
            throw changed;
        }
    }

    private static Dictionary<string, string> Files(SortedDictionary<string, JobContent> contents, Digest key, string folder)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, content) in contents)
        {
            if (content.Path is { } path)
            {
                files[name] = Path.GetRelativePath(folder, path);
                continue;
            }

            // Units of one job share its folder.
            files[name] = $"{key}-{name}";
            OutputWriter.Write(Path.Combine(folder, files[name]), content.Bytes!);
        }

        return files;
    }
}
