using System.CommandLine;
using System.Globalization;
using Composer.Core;
using Composer.Pipeline;
using Composer.Pipeline.Benchmarks;

namespace Composer.Cli.Commands;

/// <summary><c>composer bench plan</c>: how long planning a large unchanged graph takes.</summary>
internal static class BenchPlanCommand
{
    public static Command Create()
    {
        var artifacts = new Option<string?>("--artifacts") { Description = "A folder on the disk to measure; artifacts/ of the clone by default.", HelpName = "FOLDER" };
        var stages = new Option<int>("--stages") { Description = "Stages of the graph; 10000 by default.", DefaultValueFactory = _ => 10_000, HelpName = "N" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command("plan", "Plan a graph of many stages of which nothing changed, in a store that is removed afterwards.") { artifacts, stages, json };
        command.SetAction(parsed =>
        {
            using var folder = new BenchFolder(ExperimentOptions.FindWorkspace(parsed.GetValue(artifacts)), "plan");
            var result = PlanBenchmark.Run(folder.Path, Math.Clamp(parsed.GetValue(stages), 1, 1_000_000), TimeProvider.System);
            Console.WriteLine(parsed.GetValue(json)
                ? PipelineJson.WriteText(result)
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{result.Stages:N0} unchanged stages: {Text(result.First)} to plan in a new process, {Text(result.Second)} again; beside it one look at each output's time of change: {Text(result.Look)}"));

            return ExitCode.Done;
        });
        return command;
    }

    private static string Text(PlanTime time) => string.Create(CultureInfo.InvariantCulture, $"{time.Seconds:0.00} s ({time.CpuSeconds:0.00} s of CPU)");
}
