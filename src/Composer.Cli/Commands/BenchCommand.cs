using System.CommandLine;
using System.Globalization;
using Composer.Architecture;
using Composer.Architecture.Primitives;
using Composer.Core;
using Composer.Core.Diagnostics;
using Composer.Pipeline;
using Composer.Pipeline.Stages.Search;
using Composer.Training.Benchmarks;
using Composer.Training.Models;

namespace Composer.Cli.Commands;

/// <summary><c>composer bench</c>: measures on this machine, now.</summary>
internal static class BenchCommand
{
    private const string Code = "CMP1009";

    public static Command Create() => new("bench", "Measure speed, or the signal of a score, on this machine.") { Train(), Signal() };

    private static Command Train()
    {
        var arch = new Option<string>("--arch") { Description = "Layers, such as AAMMMM or 2A+4M.", DefaultValueFactory = _ => "AAMMMM" };
        var dim = new Option<int>("--dim") { Description = "Width of the residual stream.", DefaultValueFactory = _ => 128 };
        var heads = new Option<int>("--heads") { Description = "Query heads.", DefaultValueFactory = _ => 16 };
        var kvHeads = new Option<int>("--kv-heads") { Description = "Key and value heads.", DefaultValueFactory = _ => 4 };
        var hidden = new Option<int>("--hidden") { Description = "Inner width of the MLP.", DefaultValueFactory = _ => 256 };
        var vocabulary = new Option<int>("--vocabulary") { Description = "Tokens.", DefaultValueFactory = _ => 64 };
        var length = new Option<int>("--length") { Description = "Tokens of a sequence.", DefaultValueFactory = _ => 128 };
        var batch = new Option<int>("--batch") { Description = "Sequences of a step.", DefaultValueFactory = _ => 128 };
        var threads = new Option<int>("--threads") { Description = "Threads; all cores by default.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var seconds = new Option<double>("--seconds") { Description = "How long to measure.", DefaultValueFactory = _ => 10 };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command("train", "Train steps of a model on noise: tokens/s, and the share of the FMA peak probed in the same run.")
        {
            arch, dim, heads, kvHeads, hidden, vocabulary, length, batch, threads, seconds, json,
        };
        command.SetAction(parsed =>
        {
            if (!LayerSequence.TryParse(parsed.GetRequiredValue(arch), out var layers, out var error, PrimitiveRegistry.Default))
            {
                throw Mistake(error.Message, error.Remedy);
            }

            var shape = new ModelShape(parsed.GetValue(dim), parsed.GetValue(heads), parsed.GetValue(kvHeads), parsed.GetValue(hidden));
            if (shape.Validate() is { Count: > 0 } mistakes)
            {
                throw Mistake(string.Join(" ", mistakes));
            }

            foreach (var (option, least) in ((Option<int>, int)[])[(vocabulary, 2), (length, 1), (batch, 1), (threads, 1)])
            {
                if (parsed.GetValue(option) < least)
                {
                    throw Mistake($"{option.Name} must be at least {least}.");
                }
            }

            var configuration = new ModelConfiguration(layers, shape, parsed.GetValue(vocabulary), parsed.GetValue(length));
            var result = TrainingBenchmark.Run(
                configuration, parsed.GetValue(batch), parsed.GetValue(threads), TimeSpan.FromSeconds(Math.Clamp(parsed.GetValue(seconds), 0, 3600)));
            var view = new TrainView(
                layers.ToString(),
                shape,
                configuration.Vocabulary,
                configuration.MaximumLength,
                parsed.GetValue(batch),
                result.Threads,
                result.InstructionSet,
                result.TokensPerSecond,
                result.FlopsPerSecond,
                result.PeakFlopsPerSecond,
                result.FractionOfPeak,
                result.StepSeconds,
                result.Steps);
            Console.WriteLine(parsed.GetValue(json) ? PipelineJson.WriteText(view) : view.Text);
            return ExitCode.Done;
        });
        return command;
    }

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

    private static UserInputException Mistake(string message, string? remedy = null) =>
        new(new Diagnostic(Code, DiagnosticSeverity.Error, message, Remedy: remedy));

    private sealed record TrainView(
        string Architecture,
        ModelShape Shape,
        int Vocabulary,
        int Length,
        int Batch,
        int Threads,
        string Isa,
        double TokensPerSecond,
        double FlopsPerSecond,
        double PeakFlopsPerSecond,
        double FractionOfPeak,
        double StepSeconds,
        int Steps)
    {
        [System.Text.Json.Serialization.JsonIgnore]
        public string Text => string.Create(
            CultureInfo.InvariantCulture,
            $"{Architecture}, dim {Shape.Dim}, length {Length}, batch {Batch}, {Threads} threads, {Isa}: {TokensPerSecond:N0} tokens/s, {FlopsPerSecond / 1e9:0.0} of {PeakFlopsPerSecond / 1e9:0.0} GFLOP/s = {FractionOfPeak:P1} of the FMA peak ({Steps} steps, median {StepSeconds * 1000:0.0} ms)");
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
