using System.CommandLine;
using Composer.Agents;

namespace Composer.Cli.Commands;

/// <summary><c>composer agent JOB</c>: the worker.</summary>
internal static class AgentCommand
{
    public static Command Create()
    {
        var job = new Argument<string>("JOB")
        {
            Description = "A job.json to run, its result left beside it; or - to take paths of such files from standard input.",
        };
        var command = new Command(
            "agent", "Run jobs for a coordinator. Started by 'composer run'; a single job can be run by hand.") { job };
        command.SetAction(parsed => parsed.GetRequiredValue(job) is var path && path == "-"
            ? AgentProcess.Serve(Session.Kinds, Console.In, Console.Out, TimeProvider.System)
            : AgentProcess.RunOne(Session.Kinds, path, Console.Out, TimeProvider.System));
        return command;
    }
}
