using Composer.Architecture;
using Composer.Architecture.Extrapolation;
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
    /// <remarks>An order counts that has a model for each seed; where two models are of one order, the first named.</remarks>
    public static IReadOnlyList<OrderTruth> Of(
        ResolvedExperiment experiment, IReadOnlyCollection<LayerSequence> smalls, Func<string, StageRecord?> find, StageStore store) =>
    [
        .. experiment.Points.GroupBy(SearchOfPoint.LabelWithoutSeed).Select(points =>
        {
            var bySeed = points.Select(point => LossesOf(point, smalls, find, store)).ToArray();
            return new OrderTruth(
                StageNames.Of(points.Key, KindNames.Pretrain, ""),
                "validation loss of pre-trained models",
                "nats",
                [.. points.Select(p => p.Manifest.Seed)],
                bySeed[0].Keys.Where(order => bySeed.All(s => s.ContainsKey(order)))
                    .ToDictionary(order => order, order => (IReadOnlyList<double>)[.. bySeed.Select(s => s[order])]));
        }).Where(truth => truth.Values.Count > 0),
    ];

    private static Dictionary<LayerSequence, double> LossesOf(
        SweepPoint point, IReadOnlyCollection<LayerSequence> smalls, Func<string, StageRecord?> find, StageStore store)
    {
        var losses = new Dictionary<LayerSequence, double>();
        IEnumerable<(string Name, ExperimentManifest Manifest)> models =
        [
            (PointStages.Composite, point.Manifest), .. point.Variants.Skip(1),
            .. point.Manifest.Baseline.Where(b => !b.IsImported).Select(b => (b.Name, point.Manifest)),
        ];
        foreach (var ofScale in models.GroupBy(m => m.Manifest.Extrapolate))
        {
            var scaled = new Dictionary<LayerSequence, LayerSequence>();
            foreach (var small in smalls)
            {
                scaled.TryAdd(Scaled(small, ofScale.Key), small);
            }

            foreach (var (name, _) in ofScale)
            {
                if (find(StageNames.Of(point.Label, KindNames.Pretrain, $"/{name}")) is { } record
                    && new StageResult(record, store).Read<PretrainOutput>(PretrainOutput.Name) is var output
                    && scaled.TryGetValue(output.Architecture, out var small) && double.IsFinite(output.ValidationLoss))
                {
                    losses.TryAdd(small, output.ValidationLoss);
                }
            }
        }

        return losses;
    }

    private static LayerSequence Scaled(LayerSequence small, ExtrapolationSettings settings)
    {
        var inputs = StageInputs.Extrapolate(settings, small).Extrapolate;
        return Extrapolator.Extrapolate(small, inputs.Method, inputs.Model, inputs.Size, inputs.Depth).Layers;
    }
}
