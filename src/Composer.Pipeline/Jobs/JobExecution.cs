using System.Diagnostics;
using System.Text.Json;
using Composer.Core;
using Composer.Core.Files;
using Composer.Core.Json;
using Composer.Core.Ranks;

namespace Composer.Pipeline.Jobs;

/// <summary>Computes jobs, in the process of the agent or in several that share them.</summary>
/// <param name="kinds">Every kind that there is.</param>
/// <param name="ranks">The processes; null: this one alone.</param>
public sealed class JobExecution(JobKinds kinds, IRankGroup? ranks = null)
{
    private const string NoMore = "";

    /// <summary>An agent that is given up and lives may write an output again while the first is read: it is whole at every moment.</summary>
    private static readonly WholeFile OutputWriter = new($"{WholeFile.Writing}-{Environment.ProcessId}");

    private readonly IRankGroup ranks = ranks ?? SingleRank.Instance;

    /// <summary>
    /// Computes a job's units in turn and leaves their outputs in its folder. Of several ranks the first calls this, and the others take
    /// part if the kind lets them (<see cref="Follow"/>).
    /// </summary>
    /// <param name="job">The work.</param>
    /// <param name="tell">Told how far it has come, and each unit that is finished.</param>
    /// <param name="cancellation">Stops at the next step; long units write a checkpoint first.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="Core.Diagnostics.UserInputException">A file that it reads is another than was planned.</exception>
    public JobResult Run(Job job, Action<JobEvent> tell, CancellationToken cancellation)
    {
        var kind = kinds[job.Kind];
        if (kind.SharesRanks)
        {
            RankTexts.Broadcast(ranks, ComposerJson.WriteText(job));
        }

        var files = new JobFiles(job.Files, job.Stored, job.Folder);
        var tools = ToolsOf(job, kind, files, progress => tell(new JobEvent(progress)));
        foreach (var unit in job.Units)
        {
            cancellation.ThrowIfCancellationRequested();
            var began = Stopwatch.GetTimestamp();
            files.Hold();
            var outcome = Compute(kind, InputsOf(job, kind, unit), tools, cancellation);
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

    /// <summary>
    /// Takes part in every job that rank 0 runs, until it has no more (<see cref="Dismiss"/>). Nothing is written: what comes of a job is
    /// rank 0's.
    /// </summary>
    public void Follow()
    {
        while (RankTexts.Broadcast(ranks, NoMore) is var text && text != NoMore)
        {
            var job = ComposerJson.Read<Job>(System.Text.Encoding.UTF8.GetBytes(text));
            var (kind, files) = (kinds[job.Kind], new JobFiles(job.Files, job.Stored));
            try
            {
                foreach (var unit in job.Units)
                {
                    files.Hold();
                    Compute(kind, InputsOf(job, kind, unit), ToolsOf(job, kind, files, _ => { }), CancellationToken.None);
                    files.Confirm();
                }
            }
            catch (OperationCanceledException)
            {
                // Rank 0 was told to stop, and stopped all.
            }
        }
    }

    /// <summary>On rank 0: lets the others go.</summary>
    public void Dismiss() => RankTexts.Broadcast(ranks, NoMore);

    private static object InputsOf(Job job, JobKind kind, JobUnit unit) =>
        unit.Inputs.Deserialize(kind.InputsType, ComposerJson.Inputs) ?? throw new InvalidDataException($"{job.Id}: a unit has no inputs.");

    private JobTools ToolsOf(Job job, JobKind kind, JobFiles files, Action<Progress.StageProgress> report) => new()
    {
        Folder = job.Folder,
        Threads = job.Threads,
        LeavesCheckpoint = job.LeavesCheckpoint,
        Ranks = kind.SharesRanks ? ranks : SingleRank.Instance,
        Places = job.Places,
        Files = files,
        Beginnings = job.Beginnings,
        Report = report,
    };

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
