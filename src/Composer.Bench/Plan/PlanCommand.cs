using System.CommandLine;
using Composer.Bench.Measuring;
using static System.FormattableString;

namespace Composer.Bench.Plan;

/// <summary><c>composer bench plan</c>: how long planning a large unchanged graph takes.</summary>
internal static class PlanCommand
{
    public static Command Create(BenchHost host)
    {
        var artifacts = BenchOption.Artifacts("A folder on the disk to measure");
        var stages = BenchOption.Of("--stages", 10_000, "Stages of the graph; 10000 by default.");
        stages.HelpName = "N";
        var command = new Command("plan", "Plan a graph of many stages of which nothing changed, in a store that is removed afterwards.")
        {
            artifacts, stages,
        };
        var output = new OutputOptions(command);
        command.SetAction(parsed =>
        {
            using var folder = new MeasuringFolder(host.FindWorkspace(parsed.GetValue(artifacts)), "plan");
            output.Print(
                parsed,
                PlanBenchmark.Run(folder.Path, Math.Clamp(parsed.GetValue(stages), 1, 1_000_000), TimeProvider.System),
                result => Invariant($"{result.Stages:N0} unchanged stages: {Text(result.First)} to plan in a new process, ")
                    + $"{Text(result.Second)} again; "
                    + $"beside it one look at each output's time of change: {Text(result.Look)}");
        });
        return command;
    }

    private static string Text(PlanTime time) => Invariant($"{time.Seconds:0.00} s ({time.CpuSeconds:0.00} s of CPU)");
}
