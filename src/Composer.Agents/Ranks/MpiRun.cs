using System.Diagnostics;
using System.Globalization;

namespace Composer.Agents.Ranks;

/// <summary>
/// How ranks are started: Open MPI's <c>mpirun</c>, on this machine or over a scheduler's allocation, which it finds by itself.
/// </summary>
public static class MpiRun
{
    /// <summary>The program.</summary>
    public const string Program = "mpirun";

    /// <summary>The library that a rank speaks with, of Open MPI 4 and 5.</summary>
    public const string Library = MpiLibrary.FileName;

    /// <summary>What installs both on Debian and Ubuntu.</summary>
    public const string DebianCommand = MpiLibrary.DebianCommand;

    /// <summary>Starts a command in a session of its own; part of every Debian.</summary>
    private const string OwnSession = "setsid";

    /// <summary>
    /// Variables that tell an <c>mpirun</c> that it is inside a scheduler's allocation or another one's rank: what is to run on this
    /// machine alone must not see them.
    /// </summary>
    private static readonly string[] Outer = ["SLURM_", "PMIX_", "PMI_", "OMPI_"];

    /// <summary>Whether this machine has <see cref="Library"/>, and it is Open MPI's.</summary>
    public static bool HasLibrary => MpiLibrary.IsThere;

    /// <summary>Where it lies, by PATH; null when it is not there.</summary>
    public static string? Find() => Find(Program);

    /// <summary>
    /// What starts ranks on this machine alone, out of reach of the terminal's Ctrl-C: at it an mpirun would end its ranks where they are,
    /// and what it means is the coordinator's to say. They speak by shared memory.
    /// </summary>
    /// <param name="ranks">How many.</param>
    /// <param name="command">The executable and its arguments.</param>
    public static ProcessStartInfo OnThisMachine(int ranks, params IReadOnlyList<string> command)
    {
        string[] mpirun = [Program, "--mca", "btl", "^tcp", .. Arguments(ranks, command)];
        var start = Find(OwnSession) is { } apart ? new ProcessStartInfo(apart, mpirun) : new ProcessStartInfo(Program, mpirun[1..]);

        // An mpirun gives its ranks a terminal to write to, which is to be told nothing.
        start.Environment["TERM"] = "dumb";
        foreach (var outer in start.Environment.Keys.Where(IsOfAnother).ToArray())
        {
            start.Environment.Remove(outer);
        }

        return start;
    }

    /// <summary>Whether a variable is kept from an <c>mpirun</c> for this machine; settings of Open MPI are not.</summary>
    private static bool IsOfAnother(string variable) =>
        Outer.Any(prefix => variable.StartsWith(prefix, StringComparison.Ordinal))
        && !variable.StartsWith("OMPI_MCA_", StringComparison.Ordinal);

    /// <summary>The arguments that start a command on every rank.</summary>
    /// <param name="ranks">How many.</param>
    /// <param name="command">The executable and its arguments.</param>
    /// <remarks>
    /// Threads are the ranks' own business, so none is bound to a core. A rank that waits yields, since rank 0 validates alone. Their
    /// number may be more than that of the cores.
    /// </remarks>
    public static IReadOnlyList<string> Arguments(int ranks, params IReadOnlyList<string> command) =>
    [
        "-np", ranks.ToString(CultureInfo.InvariantCulture),
        .. Environment.IsPrivilegedProcess ? (string[])["--allow-run-as-root"] : [],
        "--oversubscribe",
        "--bind-to", "none",
        "--mca", "mpi_yield_when_idle", "1",
        .. command,
    ];

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
