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

    private static readonly TimeSpan TimeForResult = TimeSpan.FromSeconds(3);

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
        return MpiRankGroup.Run(ranks =>
        {
            if (!int.IsPow2(ranks.Count))
            {
                throw new UserInputException(new Diagnostic(
                    "CMP1021",
                    DiagnosticSeverity.Error,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{ranks.Count} ranks were started: their sums are made in pairs, so there must be a power of two."),
                    Remedy: "Start 1, 2, 4, 8 … of them."));
            }

            var execution = new JobExecution(kinds, ranks);
            if (ranks.Rank != 0)
            {
                Follow(execution);
                return Core.ExitCode.Done;
            }

            var code = lead(execution);
            if (code is not (Core.ExitCode.Done or Core.ExitCode.Cancelled))
            {
                ranks.Abort(code);
            }

            execution.Dismiss();
            return code;
        });
    }

    // Signals reach all ranks, each at another moment: what they mean, rank 0 decides.
    private static void Follow(JobExecution execution)
    {
        PosixSignal[] signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, (PosixSignal)UserSignal1, (PosixSignal)UserSignal2];
        var registrations = signals.Select(signal => PosixSignalRegistration.Create(signal, context => context.Cancel = true)).ToArray();
        try
        {
            execution.Follow();
        }
        catch (UserInputException)
        {
            // Rank 0 most likely has the same mistake, and leaves a result that says so, if it is given the time.
            Thread.Sleep(TimeForResult);
            throw;
        }

        Array.ForEach(registrations, registration => registration.Dispose());
    }

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
