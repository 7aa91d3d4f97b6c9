using System.Collections;
using System.Globalization;
using System.Text;
using Composer.Agents.Attempts;
using Composer.Agents.Ranks;
using Composer.Manifests.Model;

namespace Composer.Agents.Slurm;

/// <summary>The batch script of a submission: what it asks for, then the runner in the script's own place.</summary>
internal static class SlurmScript
{
    /// <summary>What ranks have after a SIGTERM to leave their checkpoint, as Slurm gives it a job by default.</summary>
    private const string SecondsToLeave = "30";

    private const double MostSignalSeconds = 65_535;

    /// <summary>What of this process's environment a job gets; a login shell's modules come by <c>agents.slurm.setup</c>.</summary>
    private static readonly string[] Passed = ["HOME", "PATH", "USER", "LANG", "DOTNET_ROOT", "LD_LIBRARY_PATH"];

    /// <summary>This process's environment, of which a script passes on what a job gets.</summary>
    public static Dictionary<string, string> EnvironmentOfThis() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .ToDictionary(v => (string)v.Key, v => (string)v.Value!);

    /// <summary>The text.</summary>
    /// <param name="submission">What is submitted.</param>
    /// <param name="settings">The cluster's.</param>
    /// <param name="executable">The <c>composer</c> that nodes run, an absolute path.</param>
    /// <param name="environment">This process's.</param>
    public static string Of(
        SlurmSubmission submission, SlurmSection settings, string executable, IReadOnlyDictionary<string, string> environment) =>

        // The runner takes the script's place, so that Slurm's signals reach it.
        Of(
            submission,
            settings,
            environment,
            LinesOf(submission, settings, executable));

    /// <summary>The same with other lines at its end.</summary>
    public static string Of(
        SlurmSubmission submission, SlurmSection settings, IReadOnlyDictionary<string, string> environment, string lines)
    {
        var text = new StringBuilder("#!/bin/bash\n");
        foreach (var option in OptionsOf(submission, settings))
        {
            text.Append(CultureInfo.InvariantCulture, $"#SBATCH {option}\n");
        }

        text.Append('\n');
        foreach (var (name, value) in environment.Where(IsPassed).OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"export {name}={Quoted(value)}\n");
        }

        if (submission.Request.Gpus == 0)
        {
            text.Append("export CUDA_VISIBLE_DEVICES=\n");
        }

        foreach (var line in settings.Setup)
        {
            text.Append(line).Append('\n');
        }

        return text.Append(lines).ToString();
    }

    /// <summary>Which attempt, what a listing calls the job (17, or 17_3 of an array), and the runner.</summary>
    private static string LinesOf(SlurmSubmission submission, SlurmSection settings, string executable)
    {
        var (ranks, nodes) = (submission.Request.Ranks, submission.Request.Nodes);
        return $"export {AttemptRunner.JobVariable}=\"${{SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}}${{SLURM_ARRAY_TASK_ID:+_$SLURM_ARRAY_TASK_ID}}\"\n"
            + $"attempt=\"$(sed -n \"$((${{SLURM_ARRAY_TASK_ID:-0}} + 1))p\" {Quoted(submission.TasksFile)})\"\n"

            // On one node mpirun needs no allocation, and none of what its way through srun may lack.
            + (ranks > 1 && nodes == 1 ? "unset ${!SLURM_@} ${!PMI_@} ${!PMIX_@}\n" : "")
            + $"exec {string.Join(' ', Command(ranks, nodes, [.. settings.Launcher.Select(Quoted)], Quoted(executable)))} --attempt \"$attempt\"\n";
    }

    /// <summary>
    /// Several ranks are started by their <c>mpirun</c>, which finds the allocation by itself and hands signals on; on one node by that of
    /// the launcher's own world, over several by the nodes'.
    /// </summary>
    private static IEnumerable<string> Command(int ranks, int nodes, string[] launcher, string executable)
    {
        string[] start = ranks == 1 ? [] : [MpiRun.Program, .. MpiRun.Arguments(ranks, "--mca", "odls_base_sigkill_timeout", SecondsToLeave)];
        return
        [
            .. nodes == 1 ? launcher.Concat(start) : start.Concat(launcher),
            executable, "agent",
            .. ranks == 1 ? Array.Empty<string>() : ["--ranks"],
        ];
    }

    private static IEnumerable<string> OptionsOf(SlurmSubmission submission, SlurmSection settings)
    {
        var request = submission.Request;
        yield return $"--job-name={submission.Name}";
        yield return $"--comment={submission.Comment}";
        yield return $"--output={Quoted(submission.LogPattern)}";
        yield return $"--chdir={Quoted(submission.Folder)}";
        yield return "--export=NIL";
        yield return "--no-requeue";
        yield return "--open-mode=truncate";
        yield return Option("nodes", request.Nodes);
        yield return Option("ntasks", request.Ranks);
        yield return Option("cpus-per-task", request.Cores);
        yield return $"--signal=B:USR1@{SignalSeconds(request, settings)}";
        if (submission.Attempts.Count > 1)
        {
            yield return Option("array", $"0-{submission.Attempts.Count - 1}");
        }

        foreach (var (name, value) in new[] { ("partition", request.Partition), ("account", request.Account), ("constraint", request.Constraint) })
        {
            if (value.Length > 0)
            {
                yield return $"--{name}={Quoted(value)}";
            }
        }

        if (request.Gpus > 0)
        {
            yield return Option("gres", $"{request.Gres}:{request.Gpus}");
        }

        if (request.MemoryGb > 0)
        {
            yield return Option("mem", $"{request.MemoryGb}G");
        }

        if (request.Time is { } time)
        {
            yield return Option("time", TimeOf(time));
        }

        foreach (var directive in settings.Directives)
        {
            yield return directive;
        }
    }

    /// <summary>Not before a good part of the job's time is over.</summary>
    private static long SignalSeconds(SlurmRequest request, SlurmSection settings)
    {
        var most = request.Time is { } time ? Math.Min(time.TotalSeconds / 3, MostSignalSeconds) : MostSignalSeconds;
        return (long)Math.Clamp(settings.Signal.Value.TotalSeconds, 1, Math.Max(1, most));
    }

    private static string Option(string name, IConvertible value) =>
        string.Create(CultureInfo.InvariantCulture, $"--{name}={value}");

    /// <summary>Slurm counts minutes: part of one is a whole one. <c>1-02:03:00</c>.</summary>
    private static string TimeOf(TimeSpan time)
    {
        var minutes = (long)Math.Ceiling(time.TotalMinutes);
        return string.Create(CultureInfo.InvariantCulture, $"{minutes / 1440}-{minutes / 60 % 24:00}:{minutes % 60:00}:00");
    }

    private static bool IsPassed(KeyValuePair<string, string> variable) =>
        (Passed.Contains(variable.Key) || variable.Key.StartsWith("COMPOSER_", StringComparison.Ordinal))
        && !variable.Value.Contains('\n', StringComparison.Ordinal);

    /// <summary>For the shell, and for Slurm's own reading of its options.</summary>
    internal static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
