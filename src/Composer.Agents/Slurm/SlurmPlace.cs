using Composer.Agents.Attempts;
using Composer.Core;
using Composer.Core.Files;
using Composer.Manifests.Model;
using Composer.Pipeline;

namespace Composer.Agents.Slurm;

/// <summary>As what, and from where, the jobs of an experiment are submitted.</summary>
/// <param name="Name">Of all jobs of the experiment in this workspace, the same for every coordinator: so one finds another's.</param>
/// <param name="Folder">For scripts and logs.</param>
/// <param name="Executable">The <c>composer</c> that nodes run.</param>
/// <param name="Settings">The cluster's.</param>
internal sealed record SlurmPlace(string Name, string Folder, string Executable, SlurmSection Settings)
{
    private const string LogsFolder = "slurm";
    private const int DigitsOfWorkspace = 8;

    /// <summary>Of an experiment in a workspace.</summary>
    public static SlurmPlace Of(string experiment, Workspace workspace, string executable, SlurmSection settings) => new(
        $"composer-{experiment}-{Digest.Of(workspace.Artifacts).ToString()[..DigitsOfWorkspace]}",
        Path.Combine(workspace.Logs, LogsFolder, experiment),
        executable,
        settings);

    /// <summary>Writes what Slurm is given: the script, and the attempts a line each.</summary>
    public SlurmSubmission Submission(SlurmRequest request, IReadOnlyList<AttemptFolder> attempts)
    {
        // Named by what it runs: made again after a failure that may be none, it is the same.
        var name = Digest.Of(string.Join('\n', attempts.Select(a => a.FullPath))).Short;
        var submission = new SlurmSubmission(
            Name, name, Path.Combine(Folder, name), request, attempts);
        Directory.CreateDirectory(submission.Folder);
        WholeFile.Durable.Write(submission.TasksFile, System.Text.Encoding.UTF8.GetBytes(
            string.Concat(attempts.Select(a => a.FullPath + "\n"))));
        WholeFile.Durable.Write(submission.ScriptFile, System.Text.Encoding.UTF8.GetBytes(
            SlurmScript.Of(submission, Settings, Executable, SlurmScript.EnvironmentOfThis())));
        return submission;
    }
}
