using System.CommandLine;
using System.Globalization;
using Composer.Core;
using Composer.Pipeline;
using Composer.Pipeline.Stages.Search;
using Composer.Training.Models;

namespace Composer.Cli.Commands;

/// <summary><c>composer bench</c>: measures on this machine, now.</summary>
internal static class BenchCommand
{
    public static Command Create() => new("bench", "Measure speed, or the signal of a score, on this machine.") { BenchTrainCommand.Create(), BenchEngineCommand.Create(), BenchCandidateCommand.Create(), BenchInferCommand.Create(), BenchSearchCommand.Create(), BenchStoreCommand.Create(), BenchPlanCommand.Create(), Signal() };

    private static Command Signal()
    {
        var options = new ExperimentOptions();
        var orders = new Option<int>("--orders") { Description = "Orders to score.", DefaultValueFactory = _ => 20 };
        var seeds = new Option<int>("--seeds") { Description = "Seeds of data and initial parameters.", DefaultValueFactory = _ => 2 };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command("signal", "Score the same orders under several seeds: does the experiment's score tell orders apart?") { orders, seeds, json };
        options.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var (manifest, _, _) = options.Load(parsed);
            var study = EvaluationSignal.StudyOf(manifest.Manifest, parsed.GetValue(orders), parsed.GetValue(seeds));
            var report = study.Run(EngineRegistry.Get("cpu"), Environment.ProcessorCount, TimeProvider.System, null, cancellation);
            var view = new SignalView(
                report.Orders.Count,
                study.Seeds.Count,
                report.Overall.Spearman,
                report.Overall.Kendall,
                report.Overall.BetweenOrders,
                report.Overall.BetweenSeeds,
                report.CandidateTime.TotalSeconds,
                [.. report.Tasks.Select(t => new SignalTask(t.Name, t.Spearman, t.BetweenOrders, t.BetweenSeeds))]);
            Console.WriteLine(parsed.GetValue(json) ? PipelineJson.WriteText(view) : view.Text);
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private sealed record SignalView(
        int Orders,
        int Seeds,
        double Spearman,
        double Kendall,
        double BetweenOrders,
        double BetweenSeeds,
        double SecondsPerCandidate,
        IReadOnlyList<SignalTask> Tasks)
    {
        [System.Text.Json.Serialization.JsonIgnore]
        public string Text => string.Join(Environment.NewLine, Tasks.Select(t => t.Text).Prepend(string.Create(
            CultureInfo.InvariantCulture,
            $"{Orders} orders, {Seeds} seeds: Spearman {Spearman:0.000}, Kendall {Kendall:0.000}; spread between orders {BetweenOrders:0.0000}, between seeds {BetweenSeeds:0.0000}; {SecondsPerCandidate:0.00} s a candidate on one core")));
    }

    private sealed record SignalTask(string Task, double Spearman, double BetweenOrders, double BetweenSeeds)
    {
        [System.Text.Json.Serialization.JsonIgnore]
        public string Text => string.Create(
            CultureInfo.InvariantCulture, $"  {Task,-28} Spearman {Spearman,6:0.000}   between orders {BetweenOrders:0.0000}, between seeds {BetweenSeeds:0.0000}");
    }
}
