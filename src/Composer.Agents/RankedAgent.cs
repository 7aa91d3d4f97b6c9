using System.Globalization;
using System.Runtime.InteropServices;
using Composer.Agents.Local;
using Composer.Agents.Ranks;
using Composer.Core.Diagnostics;
using Composer.Pipeline.Jobs;

namespace Composer.Agents;

/// <summary>
/// An agent of several processes: <c>composer agent --ranks …</c> on every rank of an <c>mpirun</c>. Rank 0 does what an agent of one
/// process does; the others compute their share of its jobs, write nothing and end with it.
/// </summary>
public static partial class RankedAgent
{
    private const int UserSignal1 = 10;
    private const int UserSignal2 = 12;

    private static readonly string[] LocalRankVariables = ["OMPI_COMM_WORLD_LOCAL_RANK", "SLURM_LOCALID"];

    /// <summary>Joins the ranks, and returns when all are done.</summary>
    /// <param name="kinds">Every kind of job.</param>
    /// <param name="lead">What rank 0 does, with an execution whose jobs all ranks share; its exit code. Of any but
    /// <see cref="Core.ExitCode.Done"/> and <see cref="Core.ExitCode.Cancelled"/> the other ranks are not waited for.</param>
    /// <returns>The exit code of this rank.</returns>
    /// <exception cref="MpiException">There is no Open MPI.</exception>
    public static int Run(JobKinds kinds, Func<JobExecution, int> lead)
    {
        ShowOneGpu();
        var ranks = MpiRankGroup.Join();
        try
        {
            if (!int.IsPow2(ranks.Count))
            {
                throw new UserInputException(new Diagnostic(
                    "CMP1021",
                    DiagnosticSeverity.Error,
                    string.Create(CultureInfo.InvariantCulture, $"{ranks.Count} ranks were started: their sums are made in pairs, so there must be a power of two."),
                    Remedy: "Start 1, 2, 4, 8 … of them."));
            }

            return Run(new JobExecution(kinds, ranks), ranks, lead);
        }
        catch (Exception e)
        {
            // The others wait for this one: nothing but an end of all gets them out of that.
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"rank {ranks.Rank}: {Describe(e)}"));
            ranks.Abort(e is UserInputException ? Core.ExitCode.UserInput : Core.ExitCode.StageFailed);
            throw;
        }
    }

    private static int Run(JobExecution execution, MpiRankGroup ranks, Func<JobExecution, int> lead)
    {
        if (ranks.Rank != 0)
        {
            Follow(execution);
            ranks.Leave();
            return Core.ExitCode.Done;
        }

        var code = lead(execution);
        if (code is not (Core.ExitCode.Done or Core.ExitCode.Cancelled))
        {
            ranks.Abort(code);
        }

        execution.Dismiss();
        ranks.Leave();
        return code;
    }

    // Signals reach all ranks, each at another moment: what they mean, rank 0 decides.
    private static void Follow(JobExecution execution)
    {
        PosixSignal[] signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, (PosixSignal)UserSignal1, (PosixSignal)UserSignal2];
        var registrations = signals.Select(signal => PosixSignalRegistration.Create(signal, context => context.Cancel = true)).ToArray();
        execution.Follow();
        Array.ForEach(registrations, registration => registration.Dispose());
    }

    private static string Describe(Exception e) => e is UserInputException mistakes
        ? string.Join(" ", mistakes.Diagnostics.Select(d => d.ToString()))
        : e is MpiException ? e.Message : e.ToString();

    /// <summary>Of the GPUs that were given to the ranks of this machine together, each sees the one of its number.</summary>
    private static void ShowOneGpu()
    {
        if (LocalRankVariables.Select(Environment.GetEnvironmentVariable).FirstOrDefault(v => v is not null) is { } text
            && int.TryParse(text, CultureInfo.InvariantCulture, out var local)
            && GpuDetection.DeviceOf(local) is { } device)
        {
            // The driver reads what the process was given, which .NET keeps a copy of.
            Environment.SetEnvironmentVariable(GpuDetection.Variable, device);
            _ = SetEnvironment(GpuDetection.Variable, device, 1);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
