using System.ComponentModel;
using System.Diagnostics;

namespace Composer.Agents.Slurm;

/// <summary>Slurm through its client commands, each with a time-out; retrying is the caller's.</summary>
/// <remarks>
/// Text in formats of our own: not every version has <c>--json</c>, and some of it is wrong. What the user's environment sets for the
/// commands (SBATCH_PARTITION, SQUEUE_FORMAT) does not reach them.
/// </remarks>
internal sealed class SlurmCommands : ISlurm
{
    private const int MostIds = 200;
    private static readonly string[] Overriding = ["SBATCH_", "SQUEUE_", "SLURM_", "SACCT_", "SCANCEL_", "SINFO_"];
    private static readonly string[] Kept = ["SLURM_CONF", "SLURM_CONF_SERVER"];

    /// <summary>How long a command may take: a busy controller answers within its own message time-out of 10 s, tried a few times.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The folder of the commands; empty: wherever PATH finds them.</summary>
    public string Bin { get; init; } = "";

    public async Task<string> SubmitAsync(string scriptFile, CancellationToken cancellation)
    {
        var (code, output, errors) = await RunAsync("sbatch", ["--parsable", scriptFile], cancellation).ConfigureAwait(false);
        if (code == 0 && output.Trim().Split(';')[0] is { Length: > 0 } id && id.All(char.IsAsciiDigit))
        {
            return id;
        }

        throw new SlurmException(FaultOf(errors), code == 0 ? $"sbatch said '{output.Trim()}'" : Message("sbatch", code, errors));
    }

    public async Task<IReadOnlyList<SlurmSighting>> ListAsync(string name, CancellationToken cancellation)
    {
        var (code, output, errors) = await RunAsync("squeue", SlurmSighting.ListingOf(name), cancellation).ConfigureAwait(false);
        return code == 0
            ? [.. output.Split('\n').Select(SlurmSighting.ParseListing).OfType<SlurmSighting>()]
            : throw new SlurmException(SlurmFault.Unclear, Message("squeue", code, errors));
    }

    public async Task<IReadOnlyList<SlurmSighting>> RememberAsync(IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        var found = new List<SlurmSighting>();
        foreach (var some in ids.Chunk(MostIds))
        {
            try
            {
                var (code, output, _) = await RunAsync(
                    "sacct", ["-X", "-P", "-n", "-j", string.Join(',', some), "-o", "JobID,Comment,State,ExitCode"], cancellation)
                    .ConfigureAwait(false);
                found.AddRange(code == 0 ? output.Split('\n').Select(SlurmSighting.ParseAccounting).OfType<SlurmSighting>() : []);
            }
            catch (SlurmException)
            {
                // Without accounting the results on disk decide.
            }
        }

        return found;
    }

    public async Task CancelAsync(IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        foreach (var some in ids.Chunk(MostIds))
        {
            var (code, _, errors) = await RunAsync("scancel", ["--quiet", .. some], cancellation).ConfigureAwait(false);
            if (code != 0 && !errors.Contains("Invalid job id", StringComparison.OrdinalIgnoreCase))
            {
                throw new SlurmException(SlurmFault.Unclear, Message("scancel", code, errors));
            }
        }
    }

    /// <summary>Runs one of Slurm's commands.</summary>
    /// <exception cref="SlurmException">It is not there, or takes too long.</exception>
    internal async Task<(int Code, string Output, string Errors)> RunAsync(
        string command, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Path.Combine(Bin, command))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var name in start.Environment.Keys.Where(IsOverriding).ToArray())
        {
            start.Environment.Remove(name);
        }

        using var process = Start(start);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(Patience);
        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            var errors = process.StandardError.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token).ConfigureAwait(false);
            return (process.ExitCode, await output.ConfigureAwait(false), await errors.ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellation.ThrowIfCancellationRequested();
            throw new SlurmException(SlurmFault.Unclear, $"{command} did not answer within {Patience.TotalSeconds:0} s");
        }
    }

    private static bool IsOverriding(string variable) =>
        !Kept.Contains(variable) && Overriding.Any(prefix => variable.StartsWith(prefix, StringComparison.Ordinal));

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new SlurmException(SlurmFault.Refused, $"{start.FileName} cannot be started: {e.Message}");
        }
    }

    private static SlurmFault FaultOf(string errors)
    {
        return Says("SubmitJob", "MaxJobCount", "MaxJobs", "temporarily unable", "temporarily unavailable")
            || (Says("job submit limit") && !Says("PerJob", "Wall", "MaxNodes", "MaxCpu", "MaxGRES", "MaxMem"))
            ? SlurmFault.Full
            : Says("contact", "timed out", "Zero Bytes", "Connection", "Communication", "controller", "Unexpected message", "Socket")
            ? SlurmFault.Unclear
            : Says("Batch job submission failed", "sbatch: error", "sbatch: fatal", "sbatch: unrecognized") ? SlurmFault.Refused
            : SlurmFault.Unclear;

        bool Says(params string[] words) => words.Any(word => errors.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    private static string Message(string command, int code, string errors) =>
        errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [.., var last]
            ? last
            : $"{command} ended with {code}";
}
