using System.Globalization;
using Composer.Agents.Attempts;

namespace Composer.Agents.Slurm;

/// <summary>Attempts that are given to Slurm together: one job, or an array.</summary>
/// <param name="Name">The job's name, by which a coordinator finds those of its experiment.</param>
/// <param name="Comment">Names this submission alone.</param>
/// <param name="Folder">Its own: script, tasks, logs.</param>
/// <param name="Request">What each asks for.</param>
/// <param name="Attempts">In the order of the tasks.</param>
internal sealed record SlurmSubmission(
    string Name, string Comment, string Folder, SlurmRequest Request, IReadOnlyList<AttemptFolder> Attempts)
{
    private const string Alone = "log";

    /// <summary>The folders of the attempts, a line each.</summary>
    public string TasksFile => Path.Combine(Folder, "tasks");

    /// <summary>The batch script.</summary>
    public string ScriptFile => Path.Combine(Folder, "script.sh");

    /// <summary>As Slurm reads it.</summary>
    public string LogPattern => Path.Combine(Folder.Replace("%", "%%", StringComparison.Ordinal), Attempts.Count > 1 ? Alone + "-%a" : Alone);

    /// <summary>What a task printed.</summary>
    public static string LogOf(AttemptSubmission attempt) =>
        Path.Combine(attempt.Folder, attempt.Task is { } task ? string.Create(CultureInfo.InvariantCulture, $"{Alone}-{task}") : Alone);

    /// <summary>What each attempt's folder keeps of it.</summary>
    public AttemptSubmission Of(int task) => new(Name, Comment, Folder, Attempts.Count > 1 ? task : null, Id: null);
}

/// <summary>As what an attempt was submitted: enough to find it again.</summary>
/// <param name="Name">The job's name.</param>
/// <param name="Comment">The submission's.</param>
/// <param name="Folder">The submission's folder.</param>
/// <param name="Task">Its number in the array; null for a job of its own.</param>
/// <param name="Id">Slurm's number of the job or array; null while nobody was told.</param>
internal sealed record AttemptSubmission(string Name, string Comment, string Folder, int? Task, string? Id)
{
    /// <summary>As a listing names it; null while nobody was told.</summary>
    public string? ListedId => Id is null || Task is null ? Id : string.Create(CultureInfo.InvariantCulture, $"{Id}_{Task}");
}
