using Composer.Manifests.Model;

namespace Composer.Stages.Experiment;

/// <summary>A search of an experiment: of a variant at a point of the sweep.</summary>
/// <param name="Name">Its stage's.</param>
/// <param name="NameWithoutSeed">The same for searches that differ in nothing but the seed of the sweep.</param>
/// <param name="Aggregate">The name of the stage that aggregates it.</param>
/// <param name="Manifest">The experiment at this point, in this variant.</param>
public sealed record SearchOfPoint(string Name, string NameWithoutSeed, string Aggregate, ExperimentManifest Manifest)
{
    private const string Seed = "seed";

    /// <summary>All searches, in the order of the graph.</summary>
    public static IEnumerable<SearchOfPoint> All(ResolvedExperiment experiment) =>
        from point in experiment.Points
        from variant in point.Variants.Select((v, i) => (Suffix: i == 0 ? "" : $"/{v.Name}", v.Manifest))
        select new SearchOfPoint(
            StageNames.Of(point.Label, KindNames.Search, variant.Suffix),
            StageNames.Of(LabelWithoutSeed(point), KindNames.Search, variant.Suffix),
            StageNames.Of(point.Label, KindNames.Aggregate, variant.Suffix),
            variant.Manifest);

    /// <summary>The same for points that differ in nothing but the seed.</summary>
    public static string LabelWithoutSeed(SweepPoint point) => SweepPoint.LabelOf(point.Axes.Where(a => a.Path != Seed));
}
