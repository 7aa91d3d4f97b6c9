using System.Globalization;
using Composer.Reporting.Statistics;
using Composer.Stages.LmEval;
using Composer.Stages.Report;

namespace Composer.Reporting.Data;

/// <summary>Points of a sweep that differ in their seed alone, each with all trainings of its models.</summary>
/// <remarks>
/// Seeds are whole pipelines: where there are several, the mean over the trainings of one is one independent value. Where there is
/// one, its trainings are.
/// </remarks>
/// <param name="Axes">What they have in common; empty where the sweep varies nothing but seeds, or there is none.</param>
/// <param name="Points">At least one, in the order of the sweep.</param>
internal sealed record PointGroup(IReadOnlyList<SweptValue> Axes, IReadOnlyList<ReportPoint> Points)
{
    private const string Seed = "seed";

    /// <summary>What they have in common, in one text.</summary>
    public string Label { get; } =
        Axes.Count == 0 && Points.Count == 1 ? Points[0].Label : string.Join(", ", Axes.Select(a => $"{a.Path}={a.Value}"));

    /// <summary>Names of the models that were trained at any of the points, what was found first.</summary>
    public IReadOnlyList<string> Models { get; } =
    [
        .. Points.SelectMany(p => p.Models).Where(m => !m.IsImported).OrderBy(m => m.IsBaseline).Select(m => m.Name).Distinct(StringComparer.Ordinal),
    ];

    /// <summary>
    /// The baseline that all others are compared with, the first of the manifest that was trained: the best of several would be chosen
    /// by looking. Null without one.
    /// </summary>
    public string? Reference { get; } = Points.SelectMany(p => p.Models).FirstOrDefault(m => m.IsBaseline && !m.IsImported)?.Name;

    /// <summary>Whether seeds, which are whole pipelines, are the independent values.</summary>
    public bool IsOverSeeds => Points.Count > 1;

    /// <summary>What one independent value is of.</summary>
    public string Noun => IsOverSeeds ? "seed" : "run";

    /// <summary>Whether any model was trained more than once.</summary>
    public bool IsRepeated => IsOverSeeds || Points.SelectMany(p => p.Models).Any(m => m.Repetitions.Count > 0);

    /// <summary>The point of its own.</summary>
    public static PointGroup Of(ReportPoint point) => new([], [point]);

    /// <summary>All points, those that differ in their seed alone together.</summary>
    public static IReadOnlyList<PointGroup> Of(IEnumerable<ReportPoint> points) =>
    [
        .. points
            .Select(p => (Point: p, Axes: (IReadOnlyList<SweptValue>)[.. p.Axes.Where(a => a.Path != Seed)]))
            .GroupBy(p => string.Join('\n', p.Axes.Append(new SweptValue("", p.Axes.Count == p.Point.Axes.Count ? p.Point.Label : ""))))
            .Select(g => new PointGroup(g.First().Axes, [.. g.Select(p => p.Point)])),
    ];

    /// <summary>The model at each point that has it.</summary>
    public IReadOnlyList<ReportModel> Of(string model) => [.. Points.SelectMany(p => p.Models.Where(m => m.Name == model))];

    /// <summary>The model's validation losses.</summary>
    public MeanInterval Loss(string model) => Mean(model, LossOf);

    /// <summary>How much less or more the one loses than the other.</summary>
    public PairedDifference LossDifference(string model, string other) => Difference(model, other, LossOf);

    /// <summary>The model's mean accuracies over some tasks.</summary>
    /// <param name="model">Its name.</param>
    /// <param name="tasks">Trainings that were not scored on all of them count for nothing.</param>
    public MeanInterval Accuracy(string model, IReadOnlyCollection<string> tasks) => Mean(model, run => AccuracyOf(run, tasks));

    /// <summary>How much more or less of some tasks the one answers right.</summary>
    public PairedDifference AccuracyDifference(string model, string other, IReadOnlyCollection<string> tasks) =>
        Difference(model, other, run => AccuracyOf(run, tasks));

    /// <summary>Each independent value of a model, by the seed or the repetition that it is of.</summary>
    /// <param name="model">Its name.</param>
    /// <param name="of">What is measured of a training; null where it has none.</param>
    public IReadOnlyList<(string Unit, double Value)> Values(string model, Func<ReportRun, double?> of)
    {
        var measured = Points.Select(p => (Seed: SeedOf(p), Values: RunsOf(p, model).Select(r => (r.Repetition, Value: of(r)))
            .Where(r => r.Value is not null).Select(r => (r.Repetition, r.Value!.Value)).ToList()));
        return IsOverSeeds
            ? [.. measured.Where(p => p.Values.Count > 0).Select(p => (p.Seed, p.Values.Average(v => v.Value)))]
            : [.. measured.SelectMany(p => p.Values).Select(v => (v.Repetition.ToString(CultureInfo.InvariantCulture), v.Value))];
    }

    /// <summary>The validation loss of a training.</summary>
    public static double? LossOf(ReportRun run) => run.Pretrain.ValidationLoss;

    private static double? AccuracyOf(ReportRun run, IReadOnlyCollection<string> tasks)
    {
        TaskAccuracy[] scored = [.. run.Tasks.Where(t => tasks.Contains(t.Task))];
        return scored.Length > 0 && scored.Length == tasks.Count ? scored.Average(t => t.Accuracy) : null;
    }

    private static IReadOnlyList<ReportRun> RunsOf(ReportPoint point, string model) =>
        point.Models.FirstOrDefault(m => m.Name == model)?.Runs ?? [];

    private static string SeedOf(ReportPoint point) => point.Axes.FirstOrDefault(a => a.Path == Seed)?.Value ?? point.Label;

    private MeanInterval Mean(string model, Func<ReportRun, double?> of) => MeanInterval.Of(Values(model, of).Select(v => v.Value));

    private PairedDifference Difference(string model, string other, Func<ReportRun, double?> of)
    {
        var pairs = Points.Select(p => (
            from mine in RunsOf(p, model)
            join theirs in RunsOf(p, other) on mine.Repetition equals theirs.Repetition
            select of(mine) - of(theirs)).OfType<double>().ToArray()).Where(p => p.Length > 0).ToArray();
        return new PairedDifference(
            MeanInterval.Of(IsOverSeeds ? pairs.Select(p => p.Average()) : pairs.SelectMany(p => p)), pairs.Sum(p => p.Length));
    }
}
