using System.Globalization;
using Composer.Architecture;
using Composer.Manifests.Model;
using Composer.Pipeline.Results;
using Composer.Stages.Experiment;
using Composer.Stages.Pretrain;
using Composer.Store;
using Composer.Store.Records;

namespace Composer.Stages.Prediction;

/// <summary>Validation losses of an experiment's pre-trained models, by the small orders that scale to theirs.</summary>
public static class TrainedModels
{
    /// <summary>The truths that an experiment has: one for each of its sizes and other settings, seeds together.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="smalls">The small orders; a model counts for that which scales to its layers as its experiment scales.</param>
    /// <param name="find">A stage's record by its name; null where it has none.</param>
    /// <param name="store">Where the results are.</param>
    /// <remarks>
    /// An order counts that has a model for each seed, with as many of its repetitions as every order has; where two models are of one
    /// order, the first named.
    /// </remarks>
    public static IReadOnlyList<OrderTruth> Of(
        ResolvedExperiment experiment, IReadOnlyCollection<LayerSequence> smalls, Func<string, StageRecord?> find, StageStore store) =>
    [
        .. experiment.Points.GroupBy(SearchOfPoint.LabelWithoutSeed).Select(points =>
        {
            var bySeed = points.Select(point => LossesOf(point, smalls, find, store)).ToArray();
            var repetitions = bySeed.SelectMany(s => s.Values).Select(l => l.Count).DefaultIfEmpty().Min();
            return new OrderTruth(
                StageNames.Of(points.Key, KindNames.Pretrain, ""),
                "validation loss of pre-trained models",
                "nats",
                [.. points.Select(p => p.Manifest.Seed)],
                bySeed[0].Keys.Where(order => bySeed.All(s => s.ContainsKey(order)))
                    .ToDictionary(order => order, order => (IReadOnlyList<double>)[.. bySeed.SelectMany(s => s[order].Take(repetitions))]));
        }).Where(truth => truth.Values.Count > 0),
    ];

    private static Dictionary<LayerSequence, IReadOnlyList<double>> LossesOf(
        SweepPoint point, IReadOnlyCollection<LayerSequence> smalls, Func<string, StageRecord?> find, StageStore store)
    {
        var losses = new Dictionary<LayerSequence, IReadOnlyList<double>>();
        IEnumerable<(string Name, ExperimentManifest Manifest)> models =
        [
            (PointStages.Composite, point.Manifest), .. point.Variants.Skip(1),
            .. point.Manifest.Baseline.Where(b => !b.IsImported).Select(b => (b.Name, point.Manifest)),
        ];
        foreach (var ofScale in models.GroupBy(m => m.Manifest.Scaling))
        {
            var scaled = new Dictionary<LayerSequence, LayerSequence>();
            foreach (var small in smalls)
            {
                scaled.TryAdd(ofScale.Key.Scale(small).Layers, small);
            }

            foreach (var (name, _) in ofScale)
            {
                PretrainOutput[] runs = [.. RunsOf(StageNames.Of(point.Label, KindNames.Pretrain, $"/{name}"))];
                if (runs.Length > 0 && scaled.TryGetValue(runs[0].Architecture, out var small)
                    && runs.All(r => double.IsFinite(r.ValidationLoss)))
                {
                    losses.TryAdd(small, [.. runs.Select(r => r.ValidationLoss)]);
                }
            }
        }

        return losses;

        // The first of a model's repetitions has its name, the others a number behind it.
        IEnumerable<PretrainOutput> RunsOf(string stage)
        {
            var name = stage;
            for (var run = 1; find(name) is { } record; run++)
            {
                yield return new StageResult(record, store).Read<PretrainOutput>(PretrainOutput.Name);
                name = string.Create(CultureInfo.InvariantCulture, $"{stage}/{run}");
            }
        }
    }
}
