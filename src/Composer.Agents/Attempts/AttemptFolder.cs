using System.Globalization;
using Composer.Core.Files;
using Composer.Core.Json;
using Composer.Pipeline.Jobs;

namespace Composer.Agents.Attempts;

/// <summary>
/// A try of a job by a machine that is told of it, and tells of it, by files alone: <c>attempts/0001</c> in the job's folder. What the
/// computation leaves, checkpoints and outputs, lies in the job's folder, which its attempts share.
/// </summary>
/// <remarks>
/// On a shared file system: a file appears by its rename or by an exclusive creation, one process alone writes it, nothing is locked.
/// </remarks>
public sealed record AttemptFolder
{
    /// <summary>In the job's folder: its attempts.</summary>
    public const string Attempts = "attempts";

    private AttemptFolder(string jobFolder, int number)
    {
        (JobFolder, Number) = (jobFolder, number);
        FullPath = PathOf(jobFolder, number);
    }

    /// <summary>The job's folder.</summary>
    public string JobFolder { get; }

    /// <summary>From 1.</summary>
    public int Number { get; }

    /// <summary>Absolute path.</summary>
    public string FullPath { get; }

    /// <summary>What to compute.</summary>
    public string JobFile => this[JobFileNames.Job];

    /// <summary>Who works on it; created once.</summary>
    public string StartedFile => this[JobFileNames.Started];

    /// <summary>Written every few seconds.</summary>
    public string HeartbeatFile => this[JobFileNames.Heartbeat];

    /// <summary>What happens, a line each.</summary>
    public string EventsFile => this["events.jsonl"];

    /// <summary>What came of it.</summary>
    public string ResultFile => this[JobFileNames.Result];

    /// <summary>As what it was submitted.</summary>
    public string SubmissionFile => this["submission.json"];

    /// <summary>There when the coordinator gave it up: its end, whatever it looks like, is no failure.</summary>
    public string GivenUpFile => this["given-up"];

    /// <summary>Whether a later attempt at the job has begun, so that this one is to stop.</summary>
    public bool IsSuperseded => File.Exists(ClaimOf(JobFolder, Number + 1));

    /// <summary>Whether its coordinator wants no more of it.</summary>
    public bool IsGivenUp => IsSuperseded || File.Exists(GivenUpFile);

    private string this[string name] => Path.Combine(FullPath, name);

    /// <summary>The attempts at a job, first to last.</summary>
    public static IReadOnlyList<AttemptFolder> Of(string jobFolder)
    {
        var all = new List<AttemptFolder>();
        for (var number = 1; File.Exists(ClaimOf(jobFolder, number)); number++)
        {
            all.Add(new AttemptFolder(jobFolder, number));
        }

        return all;
    }

    /// <summary>The attempt at a path, as a runner is given it.</summary>
    /// <exception cref="InvalidDataException">It is no attempt's.</exception>
    public static AttemptFolder At(string path)
    {
        var full = Path.GetFullPath(Path.TrimEndingDirectorySeparator(path));
        var job = Path.GetDirectoryName(Path.GetDirectoryName(full));
        return job is not null && int.TryParse(Path.GetFileName(full), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && PathOf(job, number) == full
            ? new AttemptFolder(job, number)
            : throw new InvalidDataException($"'{path}' is no folder of an attempt at a job.");
    }

    /// <summary>Begins the next attempt; null when another coordinator began it in the same moment.</summary>
    public static AttemptFolder? TryBegin(Job job)
    {
        Directory.CreateDirectory(Path.Combine(job.Folder, Attempts));
        var attempt = new AttemptFolder(job.Folder, Of(job.Folder).Count + 1);
        try
        {
            // Exclusive creation is one step on every file system, a folder's is not in .NET.
            using var claim = new FileStream(ClaimOf(job.Folder, attempt.Number), FileMode.CreateNew, FileAccess.Write, FileShare.None);
        }
        catch (IOException) when (File.Exists(ClaimOf(job.Folder, attempt.Number)))
        {
            return null;
        }

        Directory.CreateDirectory(attempt.FullPath);
        WholeFile.Durable.Write(attempt.JobFile, ComposerJson.Write(job));
        return attempt;
    }

    private static string PathOf(string jobFolder, int number) =>
        Path.Combine(jobFolder, Attempts, number.ToString("0000", CultureInfo.InvariantCulture));

    private static string ClaimOf(string jobFolder, int number) => PathOf(jobFolder, number) + ".claim";
}
