using Composer.Reporting.Statistics;
using Composer.Stages.Report;

namespace Composer.Reporting.Data;

/// <summary>Points of a sweep that differ in their seed alone.</summary>
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

    /// <summary>The model's validation losses over the seeds.</summary>
    public MeanInterval Loss(string model) => MeanInterval.Of(Of(model).Select(m => m.Pretrain.ValidationLoss));

    /// <summary>How much less or more the one loses than the other, seed by seed, over the points that have both.</summary>
    public MeanInterval Difference(string model, string other) => MeanInterval.Of(Points
        .Select(p => (A: p.Models.FirstOrDefault(m => m.Name == model), B: p.Models.FirstOrDefault(m => m.Name == other)))
        .Where(pair => pair.A is not null && pair.B is not null)
        .Select(pair => pair.A!.Pretrain.ValidationLoss - pair.B!.Pretrain.ValidationLoss));
}
