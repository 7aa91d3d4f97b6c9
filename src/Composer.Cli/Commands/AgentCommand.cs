using System.CommandLine;
using Composer.Agents;
using Composer.Agents.Attempts;
using Composer.Core.Diagnostics;

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
        var command = new Command(
            Name, "Run jobs for a coordinator. Started by 'composer run'; a single job can be run by hand.") { job, attempt };
        command.SetAction(parsed => parsed.GetRequiredValue(job) is var path && parsed.GetValue(attempt)
            ? AttemptRunner.Run(path, Session.Kinds, Console.Error, TimeProvider.System)
            : path == "-"
            ? AgentProcess.Serve(Session.Kinds, Console.In, Console.Out, TimeProvider.System)
            : AgentProcess.RunOne(Session.Kinds, Existing(path), Console.Out, TimeProvider.System));
        return command;
    }

    private static string Existing(string path) => File.Exists(path) ? path : throw new UserInputException(new Diagnostic(
        "CMP1002", DiagnosticSeverity.Error, $"There is no job file '{path}'.", Remedy: "Runs leave them under artifacts/runs."));
}
