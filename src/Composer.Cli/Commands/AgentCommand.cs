using System.CommandLine;
using Composer.Agents;
using Composer.Agents.Ranks;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Pipeline.Jobs;

namespace Composer.Cli.Commands;

/// <summary><c>composer agent JOB</c>: the worker.</summary>
internal static class AgentCommand
{
    public const string Name = "agent";

    public static Command Create()
    {
        var job = new Argument<string>("JOB")
        {
            Description = "A job.json to run, its result left beside it; or - to take paths of such files from standard input.",
        };
        var ranks = new Option<bool>("--ranks")
        {
            Description = "This is one of the processes of an 'mpirun' that share each job; the first of them takes the jobs.",
        };
        var command = new Command(
            Name, "Run jobs for a coordinator. Started by 'composer run'; a single job can be run by hand.") { job, ranks };
        command.SetAction(parsed => parsed.GetRequiredValue(job) is var path && parsed.GetValue(ranks)
            ? OnRanks(execution => Run(execution, path))
            : Run(new JobExecution(Session.Kinds), path));
        return command;
    }

    private static int Run(JobExecution execution, string path) => path == "-"
        ? AgentProcess.Serve(execution, Console.In, Console.Out, TimeProvider.System)
        : AgentProcess.RunOne(execution, Existing(path), Console.Out, TimeProvider.System);

    private static int OnRanks(Func<JobExecution, int> lead)
    {
        try
        {
            return RankedAgent.Run(Session.Kinds, lead);
        }
        catch (MpiException lacking)
        {
            Console.Error.WriteLine($"error CMP1022: {lacking.Message}");
            return ExitCode.Blocked;
        }
    }

    private static string Existing(string path) => File.Exists(path) ? path : throw new UserInputException(new Diagnostic(
        "CMP1002", DiagnosticSeverity.Error, $"There is no job file '{path}'.", Remedy: "Runs leave them under artifacts/runs."));
}
