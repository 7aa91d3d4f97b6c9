using Composer.Architecture;
using Composer.Architecture.Presets;
using Composer.Manifests;
using Composer.Manifests.Model;
using Composer.Pipeline.Planning;
using Composer.Pipeline.Reports;
using Composer.Pipeline.Stages;
using Composer.Pipeline.Stages.Search;

namespace Composer.Pipeline;

/// <summary>Resolves a manifest into its stages.</summary>
public static class ExperimentGraphs
{
    /// <summary>The name of what the search finds, in stages and tables.</summary>
    public const string Composite = "composite";

    /// <summary>The whole experiment: every point of the sweep, every variant, every baseline, and the report.</summary>
    public static ExperimentGraph Build(LoadedManifest loaded, Workspace workspace, IReportRenderer renderer)
    {
        var stages = new List<Stage>();
        var points = new List<(string, IReadOnlyList<ModelBranch>)>();
        foreach (var point in loaded.Points)
        {
            var prefix = point.Label.Length == 0 ? "" : $"{point.Label}/";
            points.Add((point.Label, Branches(point, prefix, workspace, stages)));
        }

        // What can change no result is not a part of the report: it would render it anew.
        var settings = ManifestFields.Of(loaded.Manifest, "").Where(f => !f.NotInKey).Select(f => new ReportSetting(f.Path, f.Value, f.IsDefault)).ToArray();
        stages.Add(new ReportStage(loaded.Manifest, loaded.Profile, points, [.. stages], settings, renderer));
        return new ExperimentGraph(loaded.Manifest.Name, loaded.Profile, loaded.Manifest.Seed, stages)
        {
            Limits = StageLimits.Of(loaded.Manifest.Limits),
        };
    }

    private static List<ModelBranch> Branches(SweepPoint point, string prefix, Workspace workspace, List<Stage> stages)
    {
        var branches = new List<ModelBranch>();
        foreach (var (variant, manifest) in point.Variants)
        {
            // The main experiment's stages have plain names; a variant's carry its name.
            var main = branches.Count == 0;
            var name = main ? Composite : variant;
            var suffix = main ? "" : $"/{variant}";
            var search = Add(new SearchStage($"{prefix}{StageKind.Search}{suffix}", manifest, workspace));
            var aggregate = Add(new AggregateStage($"{prefix}{StageKind.Aggregate}{suffix}", manifest, search, workspace));
            var extrapolate = Add(new ExtrapolateStage($"{prefix}{StageKind.Extrapolate}{suffix}", manifest, aggregate));
            var (pretrain, evaluate) = Train(name, manifest, extrapolate, null);
            branches.Add(new ModelBranch(name, search, aggregate, extrapolate, pretrain, evaluate) { Manifest = manifest });
        }

        var target = TargetModel.Of(point.Manifest.Extrapolate);
        foreach (var baseline in point.Manifest.Baseline)
        {
            if (!ArchitecturePresets.TryResolve(baseline.Architecture, target.Size.Preset, out var layers, out var error))
            {
                throw new InvalidOperationException(error.ToString());
            }

            var (pretrain, evaluate) = Train(baseline.Name, point.Manifest, null, layers);
            branches.Add(new ModelBranch(baseline.Name, null, null, null, pretrain, evaluate)
            {
                Manifest = point.Manifest,
                Baseline = ArchitectureOutput.Of(layers, target.Shape),
            });
        }

        return branches;

        (PretrainStage Pretrain, LmEvalStage Evaluate) Train(string name, ExperimentManifest manifest, Stage? extrapolate, LayerSequence? layers)
        {
            var pretrain = Add(new PretrainStage($"{prefix}{StageKind.Pretrain}/{name}", manifest, extrapolate, layers, workspace));
            return (pretrain, Add(new LmEvalStage($"{prefix}{StageKind.LmEval}/{name}", manifest, pretrain, workspace.Root)));
        }

        TStage Add<TStage>(TStage stage)
            where TStage : Stage
        {
            stages.Add(stage);
            return stage;
        }
    }
}
