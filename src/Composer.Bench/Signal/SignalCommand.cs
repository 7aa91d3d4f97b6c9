using System.CommandLine;
using Composer.Bench.Measuring;
using Composer.Core;
using Composer.Manifests.Model;
using Composer.Training.Engines;
using static System.FormattableString;

namespace Composer.Bench.Signal;

/// <summary><c>composer bench signal</c>: whether an experiment's score tells orders apart.</summary>
internal static class SignalCommand
{
    public static Command Create(BenchHost host)
    {
        var orders = BenchOption.Of("--orders", 20, "Orders to score.");
        var seeds = BenchOption.Of("--seeds", 2, "Seeds of data and initial parameters.");
        var command = new Command("signal", "Score the same orders under several seeds: does the experiment's score tell orders apart?")
        {
            orders, seeds,
        };
        var experiment = host.Experiment(command);
        var output = new OutputOptions(command);
        command.SetAction((parsed, cancellation) =>
        {
            var study = StudyOf(experiment(parsed), parsed.GetValue(orders), parsed.GetValue(seeds));
            var report = study.Run(EngineRegistry.Get("cpu"), Environment.ProcessorCount, TimeProvider.System, cancellation);
            var view = new SignalView(
                report.Orders.Count,
                study.Seeds.Count,
                report.Overall.Spearman,
                report.Overall.Kendall,
                report.Overall.BetweenOrders,
                report.Overall.BetweenSeeds,
                report.CandidateTime.TotalSeconds,
                [.. report.Tasks.Select(t => new SignalTask(t.Name, t.Spearman, t.BetweenOrders, t.BetweenSeeds))]);
            output.Print(parsed, view, TextOf);
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    /// <summary>The study of a manifest's MAD tasks over orders drawn from its search space.</summary>
    private static SignalStudy StudyOf(ExperimentManifest manifest, int orders, int seeds)
    {
        var root = new Seed(manifest.Seed).Derive("signal");
        char[] primitives = [.. manifest.Search.Primitives.Select(p => p[0])];
        return new SignalStudy(
            manifest.Evaluate.Protocol(manifest.Search.CandidateShape),
            SignalStudy.DrawOrders(primitives, manifest.Search.Layers, orders, root.Derive("orders")),
            [.. Enumerable.Range(0, seeds).Select(i => root.Derive("seed", i))]);
    }

    private static string TextOf(SignalView view) => string.Join(Environment.NewLine,
    [
        Invariant($"{view.Orders} orders, {view.Seeds} seeds: Spearman {view.Spearman:0.000}, Kendall {view.Kendall:0.000}; ")
            + Invariant($"spread between orders {view.BetweenOrders:0.0000}, between seeds {view.BetweenSeeds:0.0000}; ")
            + Invariant($"{view.SecondsPerCandidate:0.00} s a candidate on one core"),
        .. view.Tasks.Select(t => Invariant($"  {t.Task,-28} Spearman {t.Spearman,6:0.000}   ")
            + Invariant($"between orders {t.BetweenOrders:0.0000}, between seeds {t.BetweenSeeds:0.0000}")),
    ]);

    private sealed record SignalView(
        int Orders,
        int Seeds,
        double Spearman,
        double Kendall,
        double BetweenOrders,
        double BetweenSeeds,
        double SecondsPerCandidate,
        IReadOnlyList<SignalTask> Tasks);

    private sealed record SignalTask(string Task, double Spearman, double BetweenOrders, double BetweenSeeds);
}
