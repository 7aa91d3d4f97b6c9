using System.CommandLine;
using Composer.Agents;
using Composer.Agents.Attempts;
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
        var attempt = new Option<bool>("--attempt")
        {
            Description = "JOB is the folder of an attempt: what happens is told by files in it. So jobs run under a scheduler.",
        };
        var ranks = new Option<bool>("--ranks")
        {
            Description = "This is one of the processes of an 'mpirun' that share each job; the first of them takes the jobs.",
        };
        var command = new Command(
            Name, "Run jobs for a coordinator. Started by 'composer run'; a single job can be run by hand.") { job, attempt, ranks };
        command.SetAction(parsed =>
        {
            return parsed.GetValue(ranks) ? OnRanks(Lead) : Lead(new JobExecution(Session.Kinds));

            int Lead(JobExecution execution) => Run(execution, parsed.GetRequiredValue(job), parsed.GetValue(attempt));
        });
        return command;
    }

    private static int Run(JobExecution execution, string path, bool isAttempt) => isAttempt
        ? AttemptRunner.Run(path, execution, Session.Kinds, Console.Error, TimeProvider.System)
        : path == "-"
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
